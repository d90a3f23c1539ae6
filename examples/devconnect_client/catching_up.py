"""Which conversations are to be synced, and when."""

from collections.abc import Mapping

from examples.devconnect_client import frames
from examples.devconnect_client.asking import Asking
from examples.devconnect_client.backoff import Backoff
from examples.devconnect_client.conversation import Conversation
from examples.devconnect_client.errors import DevConnectError, Refused
from examples.devconnect_client.timings import Timings

MAX_CONVERSATIONS = 20
"""In one frame."""


class CatchingUp:
    """Times are seconds of a monotonic clock."""

    def __init__(self, conversations: Mapping[str, Conversation], timings: Timings) -> None:
        self._conversations = conversations
        self._timings = timings
        self._asking = Asking(MAX_CONVERSATIONS, timings)
        self._gaps: dict[str, float] = {}
        self._backoffs: dict[str, Backoff] = {}
        self._refused: set[str] = set()

    def reconnected(self) -> None:
        """Anything may have been missed."""
        self._gaps.clear()
        self._asking.reconnected(user_id for user_id in self._conversations if user_id not in self._refused)

    def missed(self, user_id: str) -> None:
        """Something of the conversation with `user_id` is to be asked for."""
        if user_id not in self._refused:
            self._asking.add(user_id)

    def gap(self, user_id: str, now: float) -> None:
        """A message was overtaken; it is asked for where it does not come by itself."""
        self._gaps.setdefault(user_id, now + self._timings.gap)

    def answered(self, user_id: str, *, complete: bool, now: float) -> None:
        """A `sync` came; what is still missing is asked for again."""
        self._asking.answered(user_id)
        if not complete:
            self._asking.add(user_id)
        elif self._conversations[user_id].has_gap:
            # The service has told of a message that it does not find: it is not asked as fast as it answers.
            backoff = self._backoffs.setdefault(user_id, Backoff(self._timings))
            self.gap(user_id, now + backoff.delay())
        else:
            self._backoffs.pop(user_id, None)

    def refused(self, error: DevConnectError, now: float) -> tuple[str, ...]:
        """A `sync` was answered by an error; it is asked for again after a while. Returns whom it is given up for.

        After a fault of the service only for now: it may be mended before something is missed again.
        """
        given_up = self._asking.refused(error, now)
        if isinstance(error, Refused):
            self._refused.update(given_up)
        return given_up

    def unsure(self, now: float) -> None:
        """The answers may not come."""
        self._asking.unsure(now)

    def due(self, now: float) -> list[str]:
        """The frames that are to be sent now."""
        for user_id in [user_id for user_id, due_at in self._gaps.items() if due_at <= now]:
            del self._gaps[user_id]
            if self._conversations[user_id].has_gap:
                self.missed(user_id)
        asked = self._asking.due(now)
        return [frames.sync((user_id, self._conversations[user_id].upto) for user_id in asked)] if asked else []

    def next_due(self) -> float | None:
        """When `due` may have the next frame."""
        moments = [*self._gaps.values(), self._asking.next_due()]
        return min((moment for moment in moments if moment is not None), default=None)
