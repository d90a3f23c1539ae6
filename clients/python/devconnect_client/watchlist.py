"""The users whose presence is watched: a subscription ends with its websocket, and is renewed on the next one."""

from collections.abc import Iterable

from devconnect_client import frames
from devconnect_client.errors import DevConnectError
from devconnect_client.request_queue import RequestQueue
from devconnect_client.timings import Timings
from devconnect_client.user_ids import bad_field, check_user_ids

MAX_WATCHED = 100


class Watchlist:
    """Times are seconds of a monotonic clock."""

    def __init__(self, timings: Timings) -> None:
        self._watched: dict[str, None] = {}
        self._requests = RequestQueue(MAX_WATCHED, timings)

    def add(self, user_ids: Iterable[str]) -> None:
        """Raises BadRequest if one of them is not a userId, or if there would be too many."""
        wanted = dict.fromkeys(user_ids)
        check_user_ids("userIds", wanted)
        watched = self._watched | wanted
        if len(watched) > MAX_WATCHED:
            raise bad_field("userIds", f"one device cannot watch more than {MAX_WATCHED} users")
        for user_id in watched.keys() - self._watched.keys():
            self._requests.add(user_id)
        self._watched = watched

    def reconnected(self) -> None:
        self._requests.reconnected(self._watched)

    def confirmed(self, user_id: str) -> None:
        self._requests.answered(user_id)

    def refused(self, error: DevConnectError, now: float) -> tuple[str, ...]:
        """The subscription was answered by an error. Returns the users who are no longer watched."""
        given_up = self._requests.refused(error, now)
        for user_id in given_up:
            self._watched.pop(user_id, None)
        return given_up

    def outcome_unknown(self, now: float) -> None:
        """The answers may never arrive."""
        self._requests.outcome_unknown(now)

    def due(self, now: float) -> list[str]:
        """Returns the frames to be sent now."""
        asked = self._requests.due(now)
        return [frames.presence_subscribe(asked)] if asked else []

    def next_due(self) -> float | None:
        """Returns the time at which `due` may return the next frame; None if nothing is waiting."""
        return self._requests.next_due()
