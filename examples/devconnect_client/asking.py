"""What is asked for in frames that name several users at once, until each of them is answered."""

from collections.abc import Iterable

from examples.devconnect_client.backoff import Backoff
from examples.devconnect_client.errors import DevConnectError, Fault, may_pass, retry_after
from examples.devconnect_client.timings import Timings


class Asking:
    """One frame is under way at a time: its answers are the pace. Times are seconds of a monotonic clock."""

    def __init__(self, most: int, timings: Timings) -> None:
        """`most`: how many users one frame may name."""
        self._most = self._size = most
        self._timings = timings
        self._waiting: dict[str, None] = {}
        self._asked: dict[str, None] = {}
        self._asked_until = 0.0
        self._not_before = 0.0
        self._backoff = Backoff(timings)
        self._faults = 0

    def add(self, user_id: str) -> None:
        """It is to be asked for; once more, where it is being asked for."""
        self._waiting[user_id] = None

    def reconnected(self, user_ids: Iterable[str]) -> None:
        """No answer comes to what was asked before; now these are to be asked for."""
        self._asked = {}
        self._waiting = dict.fromkeys(user_ids)

    def answered(self, user_id: str) -> None:
        self._backoff = Backoff(self._timings)
        self._faults = 0
        if user_id in self._asked:
            del self._asked[user_id]
            if not self._asked:
                self._size = min(self._most, 2 * self._size)

    def refused(self, error: DevConnectError, now: float) -> tuple[str, ...]:
        """An error answers what is under way. Returns whom it is given up for.

        Where it is for good, the frame is divided until it is known who spoils it for the others.
        """
        asked, self._asked = self._asked, {}
        self._not_before = now + retry_after(error) + self._backoff.delay()
        self._faults += isinstance(error, Fault)
        if asked and not may_pass(error, self._faults):
            if len(asked) == 1:
                return tuple(asked)
            self._size = len(asked) // 2
        self._waiting = asked | self._waiting
        return ()

    def unsure(self, now: float) -> None:
        """Something of what was sent may not have been done; it need not be this."""
        self._asked_until = min(self._asked_until, now + self._backoff.delay())

    def due(self, now: float) -> list[str]:
        """Whom the frame names that is to be sent now; nobody where none is."""
        if self._asked and now >= self._asked_until:
            self._waiting = self._asked | self._waiting
            self._asked = {}
        if self._asked or now < self._not_before:
            return []
        self._asked = dict.fromkeys(list(self._waiting)[: self._size])
        for user_id in self._asked:
            del self._waiting[user_id]
        self._asked_until = now + self._timings.answer
        return list(self._asked)

    def next_due(self) -> float | None:
        """When `due` may have the next frame."""
        if self._asked:
            return self._asked_until
        return self._not_before if self._waiting else None
