"""Appends messages to the cached copies of conversations, in case the process that stored them died before it did."""

from collections.abc import Sequence

import msgspec

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import MessageSent
from chalicelib.stores.messages import MessageStore


class CachedMessages:
    """Checks the newest message of each conversation. A batch in which no copy lacks one costs one Redis pipeline.

    A live process may be about to do the same. So a copy that lacks the message is extended rather than deleted, which
    spares its readers a miss. It does not matter if both processes do so.
    """

    def __init__(self, message_store: MessageStore, recent: RecentMessages) -> None:
        self._message_store = message_store
        self._recent = recent

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable, RedisUnavailable."""
        newest: dict[str, int] = {}
        for event in events:
            sent = msgspec.convert(event.data, MessageSent)
            newest[sent.conversationId] = max(sent.seq, newest.get(sent.conversationId, 0))
        behind = {conversation: newest[conversation] for conversation in self._recent.behind(newest)}
        for message in self._message_store.at(behind):
            self._recent.append([message])
