"""Decides which conversations must be synced, and when."""

from collections.abc import Mapping

from devconnect_client import frames
from devconnect_client.backoff import Backoff
from devconnect_client.conversation import Conversation
from devconnect_client.errors import DevConnectError, Refused
from devconnect_client.request_queue import RequestQueue
from devconnect_client.timings import Timings

MAX_CONVERSATIONS = 20
"""The most conversations in one `sync` frame."""


class SyncSchedule:
    """Times are seconds of a monotonic clock."""

    def __init__(self, conversations: Mapping[str, Conversation], timings: Timings) -> None:
        self._conversations = conversations
        self._timings = timings
        self._requests = RequestQueue(MAX_CONVERSATIONS, timings)
        self._gaps: dict[str, float] = {}
        self._backoffs: dict[str, Backoff] = {}
        self._refused: set[str] = set()

    def reconnected(self) -> None:
        """Sync every conversation: any message may have been missed."""
        self._gaps.clear()
        self._requests.reconnected(user_id for user_id in self._conversations if user_id not in self._refused)

    def missed(self, user_id: str) -> None:
        """Sync the conversation with `user_id`, as messages of it are missing."""
        if user_id not in self._refused:
            self._requests.add(user_id)

    def gap(self, user_id: str, now: float) -> None:
        """A message was overtaken; the conversation is synced if the message does not arrive by itself."""
        self._gaps.setdefault(user_id, now + self._timings.gap)

    def answered(self, user_id: str, *, complete: bool, now: float) -> None:
        """A `sync` answer arrived; the conversation is synced again if messages are still missing."""
        self._requests.answered(user_id)
        if not complete:
            self._requests.add(user_id)
        elif self._conversations[user_id].has_gap:
            # The service announced a message that it does not find: back off rather than ask as fast as it answers.
            backoff = self._backoffs.setdefault(user_id, Backoff(self._timings))
            self.gap(user_id, now + backoff.delay())
        else:
            self._backoffs.pop(user_id, None)

    def refused(self, error: DevConnectError, now: float) -> tuple[str, ...]:
        """A `sync` was answered by an error; it is repeated after a while. Returns the users whose sync is given up.

        After a fault of the service the sync is given up only for now: the fault may be fixed before messages are
        missed again.
        """
        given_up = self._requests.refused(error, now)
        if isinstance(error, Refused):
            self._refused.update(given_up)
        return given_up

    def outcome_unknown(self, now: float) -> None:
        """The answers may never arrive."""
        self._requests.outcome_unknown(now)

    def due(self, now: float) -> list[str]:
        """Returns the frames to be sent now."""
        for user_id in [user_id for user_id, due_at in self._gaps.items() if due_at <= now]:
            del self._gaps[user_id]
            if self._conversations[user_id].has_gap:
                self.missed(user_id)
        asked = self._requests.due(now)
        known = ((user_id, self._conversations[user_id]) for user_id in asked)
        return [frames.sync((user_id, each.upto, each.changes.upto) for user_id, each in known)] if asked else []

    def next_due(self) -> float | None:
        """Returns the time at which `due` may return the next frame; None if nothing is waiting."""
        moments = [*self._gaps.values(), self._requests.next_due()]
        return min((moment for moment in moments if moment is not None), default=None)
