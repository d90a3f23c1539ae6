"""Conversations as their two users see them: the list, the read marks, and who is typing."""

from collections.abc import Collection
from dataclasses import dataclass

from msgspec import UNSET

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.errors import BadRequest, Blocked, ConnectionsOnly, DevConnectError, NotFound, Unverified
from chalicelib.events.publisher import Publisher
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import ConversationChangedEvent, MessageReadEvent, TypingEvent
from chalicelib.models.requests import ConversationChange, ConversationsQuery
from chalicelib.models.responses import ConversationMarksResponse, ConversationsResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.conversation_responses import conversation_response
from chalicelib.services.gate import Gate
from chalicelib.stores.connections import ConnectionStore
from chalicelib.stores.conversation_marks import ConversationMarks
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.message_requests import MessageRequestStore
from chalicelib.stores.users import User, UserStore


@dataclass(frozen=True, kw_only=True)
class Conversations:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    gate: Gate
    users: UserStore
    connections: ConnectionStore
    conversations: ConversationStore
    requests: MessageRequestStore
    marks: ConversationMarks
    recent_messages: RecentMessages
    delivery: Delivery
    publisher: Publisher

    def page(self, credentials: Credentials, query: ConversationsQuery) -> ConversationsResponse:
        """Return a page of the user's conversations, the newest messages first. Raises BadRequest."""
        self.gate.admit(credentials, "conversations")
        summaries, has_more = self.conversations.page(
            credentials.user_id, before=query.before, limit=query.limit, archived=query.archived == "true"
        )
        return ConversationsResponse(
            conversations=[conversation_response(summary, credentials.user_id) for summary in summaries],
            hasMore=has_more,
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

        If either has blocked the other, or the reader is invisible or has not accepted the conversation, the other user
        gets no push, as it would show that the reader is there.
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
        marked = self.conversations.mark_read(own_id, other_id, seq)
        if marked is None:
            return
        hidden = (
            marked.is_request
            or principal.user.is_invisible
            or other_id in principal.user.blocked
            or own_id in other.blocked
        )
        sockets = own_sockets_lookup.resolve() + ([] if hidden else other_sockets_lookup.resolve())
        event = MessageReadEvent(conversationId=pair_id(own_id, other_id), userId=own_id, seq=seq)
        with self.publisher.publishing(marked.written):
            self.delivery.deliver([socket for socket in sockets if socket != from_socket], event)

    def typing(self, credentials: Credentials, to_user_id: str) -> None:
        """Push to the other user that this one is typing, and store nothing.

        Nothing is pushed where one of them has not accepted the conversation, or would be asked first.
        Raises BadRequest, NotFound, Blocked; to whom is not connected with this user ConnectionsOnly, Unverified.
        """
        if to_user_id == credentials.user_id:
            raise BadRequest({"toUserId": "it is your own"})
        other_lookup, sockets_lookup = self.users.lookup(to_user_id), self.delivery.lookup_sockets(to_user_id)
        writers_lookup = self.recent_messages.lookup_writers(pair_id(credentials.user_id, to_user_id))
        user = self.gate.admit(credentials, "typing", other_lookup, sockets_lookup, writers_lookup).user
        other = other_lookup.resolve()
        if other is None or other.is_absent:
            raise NotFound("There is no such user.")
        self._require_admission(user, other)
        if to_user_id in user.blocked or user.is_invisible:
            return  # the other user sees this one offline
        if self._may_hear(user, other, writers_lookup.resolve()):
            self.delivery.deliver(sockets_lookup.resolve(), TypingEvent(userId=credentials.user_id))

    def _require_admission(self, user: User, other: User) -> None:
        """Raises Blocked, ConnectionsOnly, Unverified as for a message."""
        if user.userId in other.blocked:
            raise Blocked
        refusal: DevConnectError | None = None
        if other.messagesFrom == "connections":
            refusal = ConnectionsOnly()
        elif not user.emailVerified:
            refusal = Unverified()
        if refusal is not None and not self.connections.are_connected(user.userId, other.userId):
            raise refusal

    def _may_hear(self, user: User, other: User, writers: Collection[str]) -> bool:
        """Whether both have accepted the conversation; where there is none, whether the other need not be asked first.

        Two who both have written lately have accepted it. Raises Unavailable where MongoDB is needed to know.
        """
        asking = "requests" in (user.messagesFrom, other.messagesFrom)
        if not asking or {user.userId, other.userId} <= {*writers}:
            return True
        undecided = self.requests.undecided_of(pair_id(user.userId, other.userId))
        if undecided is not None:
            return not undecided
        return other.messagesFrom != "requests" or self.connections.are_connected(user.userId, other.userId)
