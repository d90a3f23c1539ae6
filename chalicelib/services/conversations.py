"""Conversations as their two users see them: the list, the read marks, and who is typing."""

from dataclasses import dataclass

from msgspec import UNSET

from chalicelib.clock import iso
from chalicelib.errors import BadRequest, Blocked, ConnectionsOnly, DevConnectError, NotFound, Unverified
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import ConversationSummary
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import ConversationChangedEvent, MessageReadEvent, TypingEvent
from chalicelib.models.requests import ConversationChange, ConversationsQuery
from chalicelib.models.responses import (
    ConversationMarksResponse,
    ConversationResponse,
    ConversationsResponse,
    LastMessageResponse,
)
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.connections import ConnectionStore
from chalicelib.stores.conversation_marks import ConversationMarks
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.users import UserStore


@dataclass(frozen=True, kw_only=True)
class Conversations:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    gate: Gate
    users: UserStore
    connections: ConnectionStore
    conversations: ConversationStore
    marks: ConversationMarks
    delivery: Delivery
    publisher: Publisher

    def page(self, credentials: Credentials, query: ConversationsQuery) -> ConversationsResponse:
        """Return a page of the user's conversations, the newest messages first. Raises BadRequest."""
        self.gate.admit(credentials, "conversations")
        summaries, has_more = self.conversations.page(
            credentials.user_id, before=query.before, limit=query.limit, archived=query.archived == "true"
        )
        return ConversationsResponse(
            conversations=[_response(summary, credentials.user_id) for summary in summaries], hasMore=has_more
        )

    def change(self, credentials: Credentials, other_id: str, change: ConversationChange) -> ConversationMarksResponse:
        """Mute or archive a conversation, and push that to the user's devices. The other user is not told.

        Raises BadRequest, NotFound where there is no such conversation, Conflict.
        """
        user_id = credentials.user_id
        sockets_lookup = self.delivery.lookup_sockets(user_id)
        self.gate.admit(credentials, "conversations", sockets_lookup)
        marks = self.marks.change(
            user_id,
            other_id,
            muted=change.muted if change.muted is not UNSET else None,
            archived=change.archived if change.archived is not UNSET else None,
        )
        if marks is None:
            raise NotFound("There is no such conversation.")
        event = ConversationChangedEvent(userId=other_id, muted=marks.muted, archived=marks.archived)
        self.delivery.deliver(sockets_lookup.resolve(), event)
        return ConversationMarksResponse(userId=other_id, muted=marks.muted, archived=marks.archived)

    def mark_read(self, credentials: Credentials, other_id: str, seq: int, *, from_socket: str) -> None:
        """Store how far the user has read, and push it once to the other user and to the reader's other devices.

        If either has blocked the other, or the reader is invisible, the other user gets no push, as it would show that
        the reader is there.
        Raises BadRequest, NotFound.
        """
        own_id = credentials.user_id
        if other_id == own_id:
            raise BadRequest({"userId": "it is your own"})
        other_lookup = self.users.lookup(other_id)
        own_sockets_lookup = self.delivery.lookup_sockets(own_id)
        other_sockets_lookup = self.delivery.lookup_sockets(other_id)
        principal = self.gate.admit(credentials, "message-read", other_lookup, own_sockets_lookup, other_sockets_lookup)
        other = other_lookup.resolve()
        if other is None:
            raise NotFound("There is no such user.")
        written = self.conversations.mark_read(own_id, other_id, seq)
        if written is None:
            return
        hidden = principal.user.is_invisible or other_id in principal.user.blocked or own_id in other.blocked
        sockets = own_sockets_lookup.resolve() + ([] if hidden else other_sockets_lookup.resolve())
        event = MessageReadEvent(conversationId=pair_id(own_id, other_id), userId=own_id, seq=seq)
        with self.publisher.publishing(written):
            self.delivery.deliver([socket for socket in sockets if socket != from_socket], event)

    def typing(self, credentials: Credentials, to_user_id: str) -> None:
        """Push to the other user that this one is typing, and store nothing.

        Raises BadRequest, NotFound, Blocked; to whom is not connected with this user ConnectionsOnly, Unverified.
        """
        if to_user_id == credentials.user_id:
            raise BadRequest({"toUserId": "it is your own"})
        other_lookup, sockets_lookup = self.users.lookup(to_user_id), self.delivery.lookup_sockets(to_user_id)
        principal = self.gate.admit(credentials, "typing", other_lookup, sockets_lookup)
        other = other_lookup.resolve()
        if other is None or other.is_absent:
            raise NotFound("There is no such user.")
        if credentials.user_id in other.blocked:
            raise Blocked
        refusal: DevConnectError | None = None
        if other.messagesFrom == "connections":
            refusal = ConnectionsOnly()
        elif not principal.user.emailVerified:
            refusal = Unverified()
        if refusal is not None and not self.connections.are_connected(credentials.user_id, to_user_id):
            raise refusal
        if to_user_id in principal.user.blocked or principal.user.is_invisible:
            return  # the other user sees this one offline
        self.delivery.deliver(sockets_lookup.resolve(), TypingEvent(userId=credentials.user_id))


def _response(summary: ConversationSummary, user_id: str) -> ConversationResponse:
    [other_id] = (member_id for member_id in summary["userIds"] if member_id != user_id)
    last, state = summary["lastMessage"], summary.get("lastState")
    return ConversationResponse(
        userId=other_id,
        lastMessage=LastMessageResponse(
            seq=summary["lastSeq"],
            fromUserId=last["fromUserId"],
            message=last["text"],
            ts=iso(last["ts"]),
            deleted=True if state and "deletedAt" in state else UNSET,
        ),
        lastSeq=summary["lastSeq"],
        readSeq=summary["readSeq"].get(user_id, 0),
        lastChange=summary.get("lastChange", 0),
        unread=summary["unread"],
        updatedAt=iso(summary["updatedAt"]),
        muted=summary["muted"],
        archived=summary["archived"],
    )
