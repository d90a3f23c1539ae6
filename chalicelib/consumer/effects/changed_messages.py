"""Completes changes of messages, in case the process that stored them died: cached copies, and states that wait."""

from collections.abc import Sequence

import msgspec

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import MessageChanged
from chalicelib.stores.message_settling import MessageSettling


class ChangedMessages:
    """Deletes the copies of the conversations of a batch, and settles their messages' states."""

    def __init__(self, invalidator: Invalidator, settling: MessageSettling) -> None:
        self._invalidator = invalidator
        self._settling = settling

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        conversations = list(
            dict.fromkeys(msgspec.convert(event.data, MessageChanged).conversationId for event in events)
        )
        self._invalidator.delete(*map(RecentMessages.key, conversations))
        self._settling.settle_all(conversations)
