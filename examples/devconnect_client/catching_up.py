"""Which conversations are to be synced, and when."""

from collections.abc import Mapping

from examples.devconnect_client import frames
from examples.devconnect_client.backoff import Backoff
from examples.devconnect_client.conversation import Conversation
from examples.devconnect_client.errors import RateLimited, Unavailable, retry_after
from examples.devconnect_client.timings import Timings

MAX_CONVERSATIONS = 20
"""In one frame."""


class CatchingUp:
    """One `sync` is under way at a time: its answers are the pace. Times are seconds of a monotonic clock."""

    def __init__(self, conversations: Mapping[str, Conversation], timings: Timings) -> None:
        self._conversations = conversations
        self._timings = timings
        self._missed: dict[str, None] = {}
        self._gaps: dict[str, float] = {}
        self._asked: dict[str, None] = {}
        self._asked_until = 0.0
        self._backoff = Backoff(timings)

    def reconnected(self) -> None:
        """Anything may have been missed, and no answer comes to what was asked before."""
        self._asked.clear()
        self._gaps.clear()
        self._missed = dict.fromkeys(self._conversations)

    def missed(self, user_id: str) -> None:
        """Something of the conversation with `user_id` is to be asked for."""
        self._missed[user_id] = None

    def gap(self, user_id: str, now: float) -> None:
        """A message was overtaken; it is asked for where it does not come by itself."""
        self._gaps.setdefault(user_id, now + self._timings.gap)

    def answered(self, user_id: str, *, complete: bool, now: float) -> None:
        """A `sync` came; what is still missing is asked for again."""
        self._asked.pop(user_id, None)
        self._backoff = Backoff(self._timings)
        if not complete:
            self._missed[user_id] = None
        elif self._conversations[user_id].has_gap:
            self.gap(user_id, now)

    def refused(self, error: RateLimited | Unavailable, now: float) -> None:
        """The answer may not come: it is asked for again after a while."""
        self._asked_until = now + retry_after(error) + self._backoff.delay()

    def due(self, now: float) -> str | None:
        """The frame that is to be sent now."""
        if self._asked:
            if now < self._asked_until:
                return None
            self._missed = self._asked | self._missed
        for user_id in [user_id for user_id, due_at in self._gaps.items() if due_at <= now]:
            del self._gaps[user_id]
            if self._conversations[user_id].has_gap:
                self._missed[user_id] = None
        self._asked = dict.fromkeys(list(self._missed)[:MAX_CONVERSATIONS])
        if not self._asked:
            return None
        for user_id in self._asked:
            del self._missed[user_id]
        self._asked_until = now + self._timings.answer
        return frames.sync((user_id, self._conversations[user_id].upto) for user_id in self._asked)

    def next_due(self) -> float | None:
        """When `due` may have the next frame."""
        if self._asked:
            return self._asked_until
        return 0.0 if self._missed else min(self._gaps.values(), default=None)
