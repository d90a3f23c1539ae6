"""Messages: sending them, and reading them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.errors import BadRequest, Blocked, DevConnectError, NotFound, Unanswered
from chalicelib.events.publisher import Publisher
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import AckEvent, PrivateMessageEvent, Pushed
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import HistoryResponse, MessageResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.rate_limits import RateLimits, Successes
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.connections import ConnectionStore
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.messages import Draft, MessageStore
from chalicelib.stores.users import UserStore


@dataclass(frozen=True)
class Sent:
    """A stored message. `repeated` is true where it had been sent before; `message` is then the first one."""

    message: MessageResponse
    repeated: bool


@dataclass(frozen=True, kw_only=True)
class Messages:
    gate: Gate
    rate_limits: RateLimits
    users: UserStore
    connections: ConnectionStore
    messages: MessageStore
    conversations: ConversationStore
    recent_messages: RecentMessages
    delivery: Delivery
    publisher: Publisher

    def send(
        self,
        credentials: Credentials,
        *,
        to_user_id: str,
        text: str,
        client_message_id: str | None,
        from_socket: str | None = None,
    ) -> Sent:
        """Store a message and push it to every other device of both users.

        A message that is sent again with its clientMessageId is not stored again: the first one is returned, and pushed
        again, as the first attempt may have died before its pushes. The socket `from_socket` is sent `ack` instead.
        Messages that the receiver does not answer are limited, unless the two are connected.
        Raises BadRequest, NotFound, Blocked, Unanswered, Conflict (the clientMessageId was used for another text),
        Unauthorized, RateLimited, Unavailable.
        """
        sender_id = credentials.user_id
        if to_user_id == sender_id:
            raise BadRequest({"toUserId": "it is your own"})
        receiver_lookup = self.users.lookup(to_user_id)
        newest_seq_lookup = self.recent_messages.lookup_newest_seq(pair_id(sender_id, to_user_id))
        unanswered, answered = self._unanswered(sender_id, to_user_id), self._unanswered(to_user_id, sender_id)
        self.gate.admit(credentials, "private-message", receiver_lookup, newest_seq_lookup, unanswered.room_lookup)
        receiver = receiver_lookup.resolve()
        if receiver is None:
            raise NotFound("There is no such user.")
        draft = Draft(sender_id, to_user_id, text, client_message_id or uuid4().hex)
        if sender_id in receiver.blocked:
            return self._sent_before(draft, from_socket, Blocked())
        counts = [unanswered.count_lookup, answered.reset_lookup]
        if not unanswered.has_room:
            if not self._are_connected(sender_id, to_user_id):
                return self._sent_before(draft, from_socket, Unanswered())
            counts = [unanswered.reset_lookup, answered.reset_lookup]  # not asked again for each message
        stored = self.messages.insert(draft, newest_seq_lookup.resolve())
        with self.publisher.publishing(stored.written):
            self.conversations.note_last(stored.document)
            # The sockets are read after the message is stored: a device that connects later finds it in its sync.
            sockets_lookups = [self.delivery.lookup_sockets(sender_id), self.delivery.lookup_sockets(to_user_id)]
            self.recent_messages.append(stored.message, *sockets_lookups, *(counts if stored.written else ()))
            pushes: dict[str, Sequence[Pushed]] = {}
            if from_socket is not None:
                pushes[from_socket] = [_ack(draft, stored.message)]
            event = PrivateMessageEvent.of(stored.message)
            for sockets_lookup in sockets_lookups:
                pushes |= {socket: [event] for socket in sockets_lookup.resolve() if socket != from_socket}
            self.delivery.deliver_each(pushes)
        return Sent(stored.message, repeated=stored.written is None)

    def _unanswered(self, sender_id: str, receiver_id: str) -> Successes:
        """The messages that one user has written to another since that one last wrote back."""
        return self.rate_limits.successes(f"{sender_id}:{receiver_id}", "unanswered-message")

    def _are_connected(self, user_id: str, other_id: str) -> bool:
        connection = self.connections.find(user_id, other_id)
        return connection is not None and connection["status"] == "accepted"

    def _sent_before(self, draft: Draft, from_socket: str | None, refusal: DevConnectError) -> Sent:
        """Return the first message of a repeat, although its sender may not write any more; push only `ack`.

        Raises `refusal` where no first attempt was stored, Unavailable.
        """
        first = self.messages.sent_before(draft)
        if first is None:
            raise refusal
        if from_socket is not None:
            self.delivery.reply(from_socket, _ack(draft, first))
        return Sent(first, repeated=True)

    def history(self, credentials: Credentials, with_user_id: str, query: HistoryQuery) -> HistoryResponse:
        """Return a page of the conversation with a user. Raises NotFound, Unauthorized, RateLimited, Unavailable."""
        conversation = pair_id(credentials.user_id, with_user_id)
        other_lookup = self.users.lookup(with_user_id)
        cached_lookup = self.recent_messages.lookup_page(
            conversation, before=query.before, after=query.after, limit=query.limit
        )
        self.gate.admit(credentials, "messages", other_lookup, cached_lookup)
        if other_lookup.resolve() is None:
            raise NotFound("There is no such user.")
        return cached_lookup.resolve() or self.messages.page(
            conversation, before=query.before, after=query.after, limit=query.limit
        )


def _ack(draft: Draft, message: MessageResponse) -> AckEvent:
    return AckEvent(
        clientMessageId=draft.client_message_id, messageId=message.messageId, seq=message.seq, ts=message.ts
    )
