"""Messages: sending them, and reading them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.errors import BadRequest, Blocked, NotFound
from chalicelib.events.publisher import Publisher
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import AckEvent, PrivateMessageEvent, Pushed
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import HistoryResponse, MessageResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.messages import Draft, MessageStore
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.users import UserStore


@dataclass(frozen=True)
class Sent:
    """A message that is stored. `repeated` where it had been sent before, and this is the first one."""

    message: MessageResponse
    repeated: bool


@dataclass(frozen=True, kw_only=True)
class Messages:
    gate: Gate
    users: UserStore
    presence: PresenceStore
    messages: MessageStore
    conversations: ConversationStore
    recent: RecentMessages
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

        A message sent again with its clientMessageId stores nothing, answers with the first one, and repeats the
        pushes: the first attempt may have died before them. `from_socket` is answered with `ack` instead.
        Raises BadRequest, NotFound, Blocked, Unauthorized, RateLimited, Unavailable.
        """
        sender_id = credentials.user_id
        if to_user_id == sender_id:
            raise BadRequest({"toUserId": "it is your own"})
        receiver_lookup = self.users.lookup(to_user_id)
        newest_seq = self.recent.lookup_newest_seq(pair_id(sender_id, to_user_id))
        self.gate.admit(credentials, "private-message", receiver_lookup, newest_seq)
        receiver = receiver_lookup.resolve()
        if receiver is None:
            raise NotFound("There is no such user.")
        draft = Draft(sender_id, to_user_id, text, client_message_id or uuid4().hex)
        if sender_id in receiver.blocked:
            return self._sent_before_the_block(draft, from_socket)
        stored = self.messages.insert(draft, newest_seq.resolve())
        with self.publisher.publishing(stored.written):
            self.conversations.note_last(stored.document)
            # Who is there is read once the message is stored: a device that comes later finds it in its sync.
            sockets = [self.presence.lookup_sockets(sender_id), self.presence.lookup_sockets(to_user_id)]
            self.recent.append(stored.message, *sockets)
            pushes: dict[str, Sequence[Pushed]] = {}
            if from_socket is not None:
                pushes[from_socket] = [_ack(draft, stored.message)]
            pushed = PrivateMessageEvent.of(stored.message)
            for read in sockets:
                pushes |= {socket: [pushed] for socket in read.resolve() if socket != from_socket}
            self.delivery.deliver_each(pushes)
        return Sent(stored.message, repeated=stored.written is None)

    def _sent_before_the_block(self, draft: Draft, from_socket: str | None) -> Sent:
        """The answer to a repeat: also who is blocked meanwhile learns that the first attempt was stored.

        Nobody else is pushed to. Raises Blocked where it was not, Unavailable.
        """
        first = self.messages.sent_before(draft)
        if first is None:
            raise Blocked
        if from_socket is not None:
            self.delivery.answer(from_socket, _ack(draft, first))
        return Sent(first, repeated=True)

    def history(self, credentials: Credentials, with_user_id: str, query: HistoryQuery) -> HistoryResponse:
        """A page of the conversation with another user. Raises NotFound, Unauthorized, RateLimited, Unavailable."""
        conversation = pair_id(credentials.user_id, with_user_id)
        other = self.users.lookup(with_user_id)
        recent = self.recent.lookup_page(conversation, before=query.before, after=query.after, limit=query.limit)
        self.gate.admit(credentials, "messages", other, recent)
        if other.resolve() is None:
            raise NotFound("There is no such user.")
        return recent.resolve() or self.messages.page(
            conversation, before=query.before, after=query.after, limit=query.limit
        )


def _ack(draft: Draft, message: MessageResponse) -> AckEvent:
    return AckEvent(
        clientMessageId=draft.client_message_id, messageId=message.messageId, seq=message.seq, ts=message.ts
    )
