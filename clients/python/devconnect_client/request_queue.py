"""Requests about users, sent in frames that name several users at once and repeated until each user is answered."""

from collections.abc import Iterable

from devconnect_client.backoff import Backoff
from devconnect_client.errors import DevConnectError, Fault, is_temporary, retry_after
from devconnect_client.timings import Timings


class RequestQueue:
    """Has at most one frame in flight, so its answers set the pace. Times are seconds of a monotonic clock."""

    def __init__(self, max_users: int, timings: Timings) -> None:
        """`max_users` is how many users one frame may name."""
        self._max_users = self._batch_size = max_users
        self._timings = timings
        self._waiting: dict[str, None] = {}
        self._asked: dict[str, None] = {}
        self._asked_until = 0.0
        self._not_before = 0.0
        self._backoff = Backoff(timings)
        self._faults = 0

    def add(self, user_id: str) -> None:
        """Request a user; a user whose request is in flight is requested once more afterwards."""
        self._waiting[user_id] = None

    def reconnected(self, user_ids: Iterable[str]) -> None:
        """Request these users. Frames of the previous websocket get no answer any more."""
        self._asked = {}
        self._waiting = dict.fromkeys(user_ids)

    def answered(self, user_id: str) -> None:
        self._backoff = Backoff(self._timings)
        self._faults = 0
        if user_id in self._asked:
            del self._asked[user_id]
            if not self._asked:
                self._batch_size = min(self._max_users, 2 * self._batch_size)

    def refused(self, error: DevConnectError, now: float) -> tuple[str, ...]:
        """The frame in flight was answered by an error. Returns the users whose request is given up.

        If the error is permanent, the frame is bisected until the user who causes the error is known.
        """
        asked, self._asked = self._asked, {}
        self._not_before = now + retry_after(error) + self._backoff.delay()
        self._faults += isinstance(error, Fault)
        if asked and not is_temporary(error, self._faults):
            if len(asked) == 1:
                return tuple(asked)
            self._batch_size = len(asked) // 2
        self._waiting = asked | self._waiting
        return ()

    def outcome_unknown(self, now: float) -> None:
        """Some frame that was sent may not have been processed; it need not be one of this queue."""
        self._asked_until = min(self._asked_until, now + self._backoff.delay())

    def due(self, now: float) -> list[str]:
        """Returns the users whom the frame to be sent now must name; empty if no frame is due."""
        if self._asked and now >= self._asked_until:
            self._waiting = self._asked | self._waiting
            self._asked = {}
        if self._asked or now < self._not_before:
            return []
        self._asked = dict.fromkeys(list(self._waiting)[: self._batch_size])
        for user_id in self._asked:
            del self._waiting[user_id]
        self._asked_until = now + self._timings.answer
        return list(self._asked)

    def next_due(self) -> float | None:
        """Returns the time at which `due` may return the next frame; None if nothing is waiting."""
        if self._asked:
            return self._asked_until
        return self._not_before if self._waiting else None
