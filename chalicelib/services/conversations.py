"""Conversations as their two users see them: the list, what is read, and who is typing."""

from chalicelib.clock import iso
from chalicelib.errors import BadRequest, Blocked, NotFound
from chalicelib.events.publisher import Publisher
from chalicelib.models.answers import ConversationAnswer, ConversationsAnswer, LastMessageAnswer
from chalicelib.models.documents import ConversationSummary
from chalicelib.models.pushed import MessageReadEvent, TypingEvent
from chalicelib.models.requests import ConversationsQuery
from chalicelib.services.conversation_store import ConversationStore
from chalicelib.services.delivery import Delivery
from chalicelib.services.gate import Gate
from chalicelib.services.pairs import pair_id
from chalicelib.services.presence import Presence
from chalicelib.services.tokens import Credentials
from chalicelib.services.users import Users


class Conversations:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    def __init__(
        self,
        gate: Gate,
        users: Users,
        presence: Presence,
        conversation_store: ConversationStore,
        delivery: Delivery,
        publisher: Publisher,
    ) -> None:
        self._gate = gate
        self._users = users
        self._presence = presence
        self._conversation_store = conversation_store
        self._delivery = delivery
        self._publisher = publisher

    def listed(self, credentials: Credentials, query: ConversationsQuery) -> ConversationsAnswer:
        """One's conversations, those with the newest messages first. Raises BadRequest."""
        self._gate.admit(credentials, "conversations")
        page, has_more = self._conversation_store.page(credentials.user_id, before=query.before, limit=query.limit)
        return ConversationsAnswer(
            conversations=[_answer(summary, credentials.user_id) for summary in page], hasMore=has_more
        )

    def mark_read(self, credentials: Credentials, other_id: str, seq: int, *, from_socket: str) -> None:
        """Note how far one has read; the other side and one's own other devices are told, once.

        Between users of whom one has blocked the other nothing is told, as it would show who is there.
        Raises BadRequest, NotFound.
        """
        own_id = credentials.user_id
        if other_id == own_id:
            raise BadRequest({"userId": "it is your own"})
        other = self._users.read(other_id)
        own_sockets, other_sockets = self._presence.sockets(own_id), self._presence.sockets(other_id)
        principal = self._gate.admit(credentials, "message-read", other, own_sockets, other_sockets)
        if other.value is None:
            raise NotFound("There is no such user.")
        written = self._conversation_store.mark_read(own_id, other_id, seq)
        if written is None:
            return
        blocked = other_id in principal.user.blocked or own_id in other.value.blocked
        targets = own_sockets.value + ([] if blocked else other_sockets.value)
        told = MessageReadEvent(conversationId=pair_id(own_id, other_id), userId=own_id, seq=seq)
        with self._publisher.publishing(written):
            self._delivery.deliver([target for target in targets if target != from_socket], told)

    def typing(self, credentials: Credentials, to_user_id: str) -> None:
        """Tell the other side that one is typing. Nothing of it is stored. Raises BadRequest, NotFound, Blocked."""
        if to_user_id == credentials.user_id:
            raise BadRequest({"toUserId": "it is your own"})
        other, sockets = self._users.read(to_user_id), self._presence.sockets(to_user_id)
        principal = self._gate.admit(credentials, "typing", other, sockets)
        if other.value is None:
            raise NotFound("There is no such user.")
        if credentials.user_id in other.value.blocked:
            raise Blocked
        if to_user_id in principal.user.blocked:
            return  # who is blocked sees one offline
        self._delivery.deliver(sockets.value, TypingEvent(userId=credentials.user_id))


def _answer(summary: ConversationSummary, user_id: str) -> ConversationAnswer:
    [other_id] = (one for one in summary["userIds"] if one != user_id)
    last = summary["lastMessage"]
    return ConversationAnswer(
        userId=other_id,
        lastMessage=LastMessageAnswer(
            seq=last["seq"], fromUserId=last["fromUserId"], message=last["text"], ts=iso(last["ts"])
        ),
        lastSeq=summary["lastSeq"],
        readSeq=summary["readSeq"].get(user_id, 0),
        unread=summary["unread"],
        updatedAt=iso(summary["updatedAt"]),
    )
