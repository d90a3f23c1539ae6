"""Who may write to whom.

Nobody to themselves, to a user who has blocked them or takes messages from connections alone, or on and on without an
answer; and to strangers nobody whose address is not confirmed. What a stranger writes may be a request at first: see
stores/message_requests.py.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.clients.redis.lookup import Lookup
from chalicelib.errors import (
    BadRequest,
    Blocked,
    ConnectionsOnly,
    DevConnectError,
    NotFound,
    RateLimited,
    Unanswered,
    Unverified,
)
from chalicelib.security.quotas import noting_refusal
from chalicelib.security.rate_limits import RateLimits, Successes
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.settings.rate_limits import Endpoint
from chalicelib.stores.connections import ConnectionStore
from chalicelib.stores.users import User, UserStore


@dataclass(frozen=True)
class MessagePermission:
    """How many of the messages may be sent; `refusal` is the error of the others.

    `count` returns look-ups that count so many new messages once they are fetched. `asks` says that the receiver is to
    be asked first, where the conversation begins with them: it is a request then.
    """

    room: int
    refusal: DevConnectError
    count: Callable[[int], Sequence[Lookup[object]]] = lambda _number: ()
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class MessagePermissions:
    gate: Gate
    rate_limits: RateLimits
    users: UserStore
    connections: ConnectionStore

    def ask(
        self, credentials: Credentials, to_user_id: str, number: int, *, endpoint: Endpoint = "private-message"
    ) -> MessagePermission:
        """Admit a request that sends so many messages. Each of them counts in the rate limit of `endpoint`.

        Raises BadRequest, NotFound, Unauthorized, RateLimited, Unavailable.
        """
        sender_id = credentials.user_id
        if to_user_id == sender_id:
            raise BadRequest({"toUserId": "it is your own"})
        receiver_lookup = self.users.lookup(to_user_id)
        unanswered = self.rate_limits.successes(f"{sender_id}:{to_user_id}", "unanswered-message")
        answered = self.rate_limits.successes(f"{to_user_id}:{sender_id}", "unanswered-message")
        begun = self.rate_limits.successes(sender_id, "new-conversation")
        rooms = [limit.room_lookup for limit in (unanswered, answered, begun)]
        sender = self.gate.admit(credentials, endpoint, receiver_lookup, *rooms, number=number).user
        receiver = receiver_lookup.resolve()
        if receiver is None or receiver.is_absent:
            raise NotFound("There is no such user.")
        if sender_id in receiver.blocked:
            return MessagePermission(0, Blocked())
        begins = unanswered.is_unused and answered.is_unused
        refusal = _of_strangers(sender, receiver)
        asks = receiver.messagesFrom == "requests"
        if refusal is not None or begins:
            # Asked once in a silence, as only strangers count who are written to out of one.
            is_stranger = not self.connections.are_connected(sender_id, to_user_id)
            if is_stranger and (refused := refusal or _of_limit(begun)):
                return MessagePermission(0, refused)
            begins, asks = begins and is_stranger, asks and is_stranger
        room = unanswered.room_lookup.resolve()
        if room < number and self.connections.are_connected(sender_id, to_user_id):
            # Those that count are taken back, so that this is not asked again for each message.
            return MessagePermission(
                sys.maxsize, Unanswered(), lambda _number: (unanswered.reset_lookup(), answered.reset_lookup())
            )
        return MessagePermission(
            room,
            Unanswered(),
            lambda number: (
                unanswered.count_lookup(number),
                answered.reset_lookup(),
                *([begun.count_lookup()] if begins else []),
            ),
            asks,
        )


def _of_strangers(sender: User, receiver: User) -> DevConnectError | None:
    """Why nobody but a connection may write to the receiver, or be written to by the sender, where that is so."""
    if receiver.messagesFrom == "connections":
        return ConnectionsOnly()
    return None if sender.emailVerified else Unverified()


def _of_limit(limit: Successes) -> RateLimited | None:
    try:
        with noting_refusal("new-conversation", limit.limit):
            limit.check()
    except RateLimited as error:
        return error
    return None
