"""Messages: sending them, and reading them back."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.errors import BadRequest, Conflict, DevConnectError, NotFound, RateLimited, Unavailable
from chalicelib.events.publisher import Publisher
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import (
    AckEvent,
    AcksEvent,
    PrivateMessageEvent,
    PrivateMessagesEvent,
    Pushed,
    answering,
)
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import AckResponse, AcksResponse, HistoryResponse, MessageResponse, RefusedResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.services.message_permissions import MessagePermissions
from chalicelib.stores.message_commits import Draft, MessageCommits, Stored
from chalicelib.stores.message_moves import MessageMoves
from chalicelib.stores.message_pages import first_page
from chalicelib.stores.messages import MessageStore
from chalicelib.stores.users import UserStore

log = logging.getLogger(__name__)

MAX_PUSH_BYTES = 120_000
"""The limit for the messages of one event, as API Gateway takes 128 KB per push. One message has 30 KB at most."""

Outcome = Stored | DevConnectError
"""What became of a draft: the stored message, or why it was refused."""


@dataclass(frozen=True, kw_only=True)
class Messages:
    gate: Gate
    permissions: MessagePermissions
    users: UserStore
    commits: MessageCommits
    moves: MessageMoves
    messages: MessageStore
    recent_messages: RecentMessages
    delivery: Delivery
    publisher: Publisher

    def send(
        self,
        credentials: Credentials,
        *,
        to_user_id: str,
        draft: Draft,
        from_socket: str | None = None,
        request_id: str | None = None,
    ) -> Stored:
        """Store a message and push it to every other device of both users.

        A message that is sent again with its clientMessageId is not stored again: the first one is returned, and pushed
        again, as the first attempt may have died before its pushes. The socket `from_socket` is sent `ack` instead,
        with the `requestId` of its frame.
        Messages that the receiver does not answer are limited, unless the two are connected. What is a request is
        pushed to the sender's devices alone.
        Raises BadRequest, NotFound, Blocked, ConnectionsOnly, Unanswered, Unverified, Conflict (the clientMessageId was
        used for another text), Unauthorized, RateLimited, Unavailable.
        """
        [outcome] = self._send(credentials, to_user_id, [draft], from_socket, request_id, _ack).values()
        if isinstance(outcome, DevConnectError):
            raise outcome
        return outcome

    def send_all(
        self,
        credentials: Credentials,
        *,
        to_user_id: str,
        drafts: Sequence[Draft],
        from_socket: str | None = None,
        request_id: str | None = None,
    ) -> Mapping[Draft, Outcome]:
        """Store messages in their order, by one write, and push them together, as `send` does with one.

        Their clientMessageIds differ. Returns what became of each: a message that may not be sent has its error as its
        outcome. The socket `from_socket` is sent `acks`.
        Raises BadRequest, NotFound, Unauthorized, RateLimited, Unavailable.
        """
        return self._send(credentials, to_user_id, drafts, from_socket, request_id, _acks)

    def _send(
        self,
        credentials: Credentials,
        to_user_id: str,
        drafts: Sequence[Draft],
        from_socket: str | None,
        request_id: str | None,
        acknowledge: Callable[[Mapping[Draft, Outcome]], Sequence[Pushed]],
    ) -> Mapping[Draft, Outcome]:
        sender_id = credentials.user_id
        self.publisher.connect_soon()
        permission = self.permissions.ask(credentials, to_user_id, len(drafts))
        self._require_answered(pair_id(sender_id, to_user_id), drafts)
        known: Mapping[Draft, Stored | Conflict] = {}
        if permission.room < len(drafts):
            # Whoever may not write any more is told all the same of messages that an earlier attempt has stored.
            known = self.commits.committed_before(sender_id, to_user_id, drafts)
        new = [draft for draft in drafts if draft not in known]
        committed = self.commits.commit(sender_id, to_user_id, new[: permission.room], asks=permission.asks)
        refused = dict.fromkeys(new[permission.room :], permission.refusal)
        found: dict[Draft, Outcome] = {**known, **committed.outcomes, **refused}
        outcomes = {draft: found[draft] for draft in drafts}
        with self.publisher.sending(committed.events):
            sent = _messages(committed.outcomes)
            # Those of earlier attempts are cached too: each may have died before it did that.
            cached = sorted([*sent, *_messages(known)], key=lambda message: message.seq)
            counts = permission.count(len(committed.events)) if committed.events else ()
            # Of a request its receiver is told by one notification, and of nothing that is in it.
            told = [sender_id] if committed.is_request else [sender_id, to_user_id]
            sockets = self._cache(cached, counts, *told) if cached else ()
            pushes: dict[str, Sequence[Pushed]] = dict.fromkeys(sockets, _events(sent)) if sent else {}
            if from_socket is not None:
                pushes[from_socket] = [answering(event, request_id) for event in acknowledge(outcomes)]
            self.delivery.deliver_each(pushes)
            if committed.is_move_due:
                self._try_to_move(pair_id(sender_id, to_user_id))
        return outcomes

    def _require_answered(self, conversation_id: str, drafts: Sequence[Draft]) -> None:
        """Raises BadRequest where a draft replies to a message that does not exist, as no message ever vanishes."""
        last_answered = max((draft.reply_to or 0 for draft in drafts), default=0)
        if last_answered and last_answered > self.commits.last_seq(conversation_id):
            raise BadRequest({"replyTo": "there is no such message in this conversation"})

    def _cache(
        self, messages: Sequence[MessageResponse], counts: Sequence[Lookup[object]], *user_ids: str
    ) -> Sequence[str]:
        """Add messages to the cached copy, and return the sockets of these users, in one round trip.

        The sockets are read after the messages are stored: a device that connects later finds them in its sync.
        """
        sockets_lookups = [self.delivery.lookup_sockets(user_id) for user_id in user_ids]
        self.recent_messages.append(messages, *sockets_lookups, *counts)
        return [socket for lookup in sockets_lookups for socket in lookup.resolve()]

    def _try_to_move(self, conversation_id: str) -> None:
        try:
            self.moves.move(conversation_id)
        except Unavailable as error:
            # The messages are stored all the same, and who writes to this conversation next moves them.
            log.warning("Messages stay in the tail: %s", error, extra={"action": "move_failed"})

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


def _messages(outcomes: Mapping[Draft, Outcome]) -> list[MessageResponse]:
    return [outcome.message for outcome in outcomes.values() if isinstance(outcome, Stored)]


def _events(messages: Sequence[MessageResponse]) -> Sequence[Pushed]:
    """Return the fewest events that take these messages, as API Gateway takes 128 KB per push."""
    if len(messages) == 1:
        return [PrivateMessageEvent.of(messages[0])]
    events, rest = [], messages
    while rest:
        page = first_page(rest, limit=len(rest), max_bytes=MAX_PUSH_BYTES).messages
        events.append(PrivateMessagesEvent(messages=page))
        rest = rest[len(page) :]
    return events


def _ack(outcomes: Mapping[Draft, Outcome]) -> Sequence[Pushed]:
    """Return the `ack` of one message; nothing where it was refused, as the caller reports that."""
    return [AckEvent(**msgspec.structs.asdict(ack)) for ack in acknowledgements(outcomes).acks]


def _acks(outcomes: Mapping[Draft, Outcome]) -> Sequence[Pushed]:
    response = acknowledgements(outcomes)
    return [AcksEvent(acks=response.acks, errors=response.errors)]


def acknowledgements(outcomes: Mapping[Draft, Outcome]) -> AcksResponse:
    """Return the outcomes of messages as clients are told them."""
    acks, errors = [], []
    for draft, outcome in outcomes.items():
        id_ = draft.client_message_id
        if isinstance(outcome, Stored):
            message = outcome.message
            acks.append(AckResponse(clientMessageId=id_, messageId=message.messageId, seq=message.seq, ts=message.ts))
        else:
            retry_after = outcome.retry_after if isinstance(outcome, RateLimited) else UNSET
            errors.append(
                RefusedResponse(clientMessageId=id_, error=str(outcome), code=outcome.code, retryAfter=retry_after)
            )
    return AcksResponse(acks=acks, errors=errors)
