"""Conversations as their two users see them: the list, what is read, and who is typing."""

from dataclasses import dataclass

from chalicelib.clock import iso
from chalicelib.errors import BadRequest, Blocked, NotFound
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import ConversationSummary
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import MessageReadEvent, TypingEvent
from chalicelib.models.requests import ConversationsQuery
from chalicelib.models.responses import ConversationResponse, ConversationsResponse, LastMessageResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.users import UserStore


@dataclass(frozen=True, kw_only=True)
class Conversations:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    gate: Gate
    users: UserStore
    presence: PresenceStore
    conversations: ConversationStore
    delivery: Delivery
    publisher: Publisher

    def listed(self, credentials: Credentials, query: ConversationsQuery) -> ConversationsResponse:
        """One's conversations, those with the newest messages first. Raises BadRequest."""
        self.gate.admit(credentials, "conversations")
        page, has_more = self.conversations.page(credentials.user_id, before=query.before, limit=query.limit)
        return ConversationsResponse(
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
        other_lookup = self.users.lookup(other_id)
        own_sockets, other_sockets = self.presence.lookup_sockets(own_id), self.presence.lookup_sockets(other_id)
        principal = self.gate.admit(credentials, "message-read", other_lookup, own_sockets, other_sockets)
        other = other_lookup.resolve()
        if other is None:
            raise NotFound("There is no such user.")
        written = self.conversations.mark_read(own_id, other_id, seq)
        if written is None:
            return
        blocked = other_id in principal.user.blocked or own_id in other.blocked
        targets = own_sockets.resolve() + ([] if blocked else other_sockets.resolve())
        told = MessageReadEvent(conversationId=pair_id(own_id, other_id), userId=own_id, seq=seq)
        with self.publisher.publishing(written):
            self.delivery.deliver([target for target in targets if target != from_socket], told)

    def typing(self, credentials: Credentials, to_user_id: str) -> None:
        """Tell the other side that one is typing. Nothing of it is stored. Raises BadRequest, NotFound, Blocked."""
        if to_user_id == credentials.user_id:
            raise BadRequest({"toUserId": "it is your own"})
        other_lookup, sockets = self.users.lookup(to_user_id), self.presence.lookup_sockets(to_user_id)
        principal = self.gate.admit(credentials, "typing", other_lookup, sockets)
        other = other_lookup.resolve()
        if other is None:
            raise NotFound("There is no such user.")
        if credentials.user_id in other.blocked:
            raise Blocked
        if to_user_id in principal.user.blocked:
            return  # who is blocked sees one offline
        self.delivery.deliver(sockets.resolve(), TypingEvent(userId=credentials.user_id))


def _answer(summary: ConversationSummary, user_id: str) -> ConversationResponse:
    [other_id] = (one for one in summary["userIds"] if one != user_id)
    last = summary["lastMessage"]
    return ConversationResponse(
        userId=other_id,
        lastMessage=LastMessageResponse(
            seq=last["seq"], fromUserId=last["fromUserId"], message=last["text"], ts=iso(last["ts"])
        ),
        lastSeq=summary["lastSeq"],
        readSeq=summary["readSeq"].get(user_id, 0),
        unread=summary["unread"],
        updatedAt=iso(summary["updatedAt"]),
    )
