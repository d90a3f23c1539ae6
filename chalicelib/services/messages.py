"""Messages: sending them, and reading them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.errors import BadRequest, Blocked, NotFound
from chalicelib.events.publisher import Publisher
from chalicelib.models.answers import HistoryAnswer, MessageAnswer
from chalicelib.models.pushed import AckEvent, PrivateMessageEvent, Pushed
from chalicelib.models.requests import HistoryQuery
from chalicelib.services.conversation_store import ConversationStore
from chalicelib.services.delivery import Delivery
from chalicelib.services.gate import Gate
from chalicelib.services.message_store import Draft, MessageStore
from chalicelib.services.pairs import pair_id
from chalicelib.services.presence import Presence
from chalicelib.services.tokens import Credentials
from chalicelib.services.users import Users


@dataclass(frozen=True)
class Sent:
    """A message that is stored. `repeated` where it had been sent before, and this is the first one."""

    message: MessageAnswer
    repeated: bool


class Messages:
    def __init__(
        self,
        gate: Gate,
        users: Users,
        presence: Presence,
        message_store: MessageStore,
        conversation_store: ConversationStore,
        recent: RecentMessages,
        delivery: Delivery,
        publisher: Publisher,
    ) -> None:
        self._gate = gate
        self._users = users
        self._presence = presence
        self._message_store = message_store
        self._conversation_store = conversation_store
        self._recent = recent
        self._delivery = delivery
        self._publisher = publisher

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
        receiver = self._users.read(to_user_id)
        newest_seq = self._recent.newest_seq(pair_id(sender_id, to_user_id))
        self._gate.admit(credentials, "private-message", receiver, newest_seq)
        if receiver.value is None:
            raise NotFound("There is no such user.")
        draft = Draft(sender_id, to_user_id, text, client_message_id or uuid4().hex)
        if sender_id in receiver.value.blocked:
            return self._sent_before_the_block(draft, from_socket)
        stored = self._message_store.insert(draft, newest_seq.value)
        with self._publisher.publishing(stored.written):
            self._conversation_store.note_last(stored.document)
            # Who is there is read once the message is stored: a device that comes later finds it in its sync.
            sockets = [self._presence.sockets(sender_id), self._presence.sockets(to_user_id)]
            self._recent.append(stored.message, *sockets)
            pushes: dict[str, Sequence[Pushed]] = {}
            if from_socket is not None:
                pushes[from_socket] = [_ack(draft, stored.message)]
            pushed = PrivateMessageEvent.of(stored.message)
            for read in sockets:
                pushes |= {socket: [pushed] for socket in read.value if socket != from_socket}
            self._delivery.deliver_each(pushes)
        return Sent(stored.message, repeated=stored.written is None)

    def _sent_before_the_block(self, draft: Draft, from_socket: str | None) -> Sent:
        """The answer to a repeat: also who is blocked meanwhile learns that the first attempt was stored.

        Nobody else is pushed to. Raises Blocked where it was not, Unavailable.
        """
        first = self._message_store.sent_before(draft)
        if first is None:
            raise Blocked
        if from_socket is not None:
            self._delivery.answer(from_socket, _ack(draft, first))
        return Sent(first, repeated=True)

    def history(self, credentials: Credentials, with_user_id: str, query: HistoryQuery) -> HistoryAnswer:
        """A page of the conversation with another user. Raises NotFound, Unauthorized, RateLimited, Unavailable."""
        conversation = pair_id(credentials.user_id, with_user_id)
        other = self._users.read(with_user_id)
        recent = self._recent.page(conversation, before=query.before, after=query.after, limit=query.limit)
        self._gate.admit(credentials, "messages", other, recent)
        if other.value is None:
            raise NotFound("There is no such user.")
        return recent.value or self._message_store.page(
            conversation, before=query.before, after=query.after, limit=query.limit
        )


def _ack(draft: Draft, message: MessageAnswer) -> AckEvent:
    return AckEvent(
        clientMessageId=draft.client_message_id, messageId=message.messageId, seq=message.seq, ts=message.ts
    )
