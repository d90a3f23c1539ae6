"""What follows a message's insert, where the process that inserted it died first: conversation and cached messages."""

from collections.abc import Sequence

import msgspec

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import MessageSent
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.messages import MessageStore


class ConversationRepair:
    """Looks at the newest message of each conversation: one query and one pipeline a batch where all is well.

    A live process may be about to do the same. So a copy that lacks the message gets it, rather than being deleted
    under those who read it; both may do so.
    """

    def __init__(self, message_store: MessageStore, conversations: ConversationStore, recent: RecentMessages) -> None:
        self._message_store = message_store
        self._conversations = conversations
        self._recent = recent

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable, RedisUnavailable."""
        newest: dict[str, int] = {}
        for event in events:
            if event.eventType == "MESSAGE_SENT":
                sent = msgspec.convert(event.data, MessageSent)
                newest[sent.conversationId] = max(sent.seq, newest.get(sent.conversationId, 0))
        if not newest:
            return
        self._conversations.repair(newest)
        behind = {conversation: newest[conversation] for conversation in self._recent.behind(newest)}
        for message in self._message_store.at(behind):
            self._recent.append(message)
