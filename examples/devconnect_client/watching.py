"""Whose presence is watched: a subscription ends with its websocket, and is made again on the next one."""

from collections.abc import Iterable

from examples.devconnect_client import frames
from examples.devconnect_client.asking import Asking
from examples.devconnect_client.errors import DevConnectError
from examples.devconnect_client.timings import Timings
from examples.devconnect_client.user_ids import check_user_ids, wrong

MAX_WATCHED = 100


class Watching:
    """Times are seconds of a monotonic clock."""

    def __init__(self, timings: Timings) -> None:
        self._watched: dict[str, None] = {}
        self._asking = Asking(MAX_WATCHED, timings)

    def add(self, user_ids: Iterable[str]) -> None:
        """Raises BadRequest where one of them is no userId, or they would be too many."""
        wanted = dict.fromkeys(user_ids)
        check_user_ids("userIds", wanted)
        watched = self._watched | wanted
        if len(watched) > MAX_WATCHED:
            raise wrong("userIds", f"one device cannot watch more than {MAX_WATCHED} users")
        for user_id in watched.keys() - self._watched.keys():
            self._asking.add(user_id)
        self._watched = watched

    def reconnected(self) -> None:
        self._asking.reconnected(self._watched)

    def confirmed(self, user_id: str) -> None:
        self._asking.answered(user_id)

    def refused(self, error: DevConnectError, now: float) -> tuple[str, ...]:
        """An error answers the subscription. Returns who is not watched any more."""
        given_up = self._asking.refused(error, now)
        for user_id in given_up:
            self._watched.pop(user_id, None)
        return given_up

    def unsure(self, now: float) -> None:
        """The answers may not come."""
        self._asking.unsure(now)

    def due(self, now: float) -> list[str]:
        """The frames that are to be sent now."""
        asked = self._asking.due(now)
        return [frames.presence_subscribe(asked)] if asked else []

    def next_due(self) -> float | None:
        """When `due` may have the next frame."""
        return self._asking.next_due()
