"""Blocking users: a blocked user can neither write to the blocker nor connect, and sees the blocker offline."""

from dataclasses import dataclass

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.errors import BadRequest, Conflict, NotFound
from chalicelib.models import fields
from chalicelib.models.pushed import PresenceEvent
from chalicelib.models.responses import PresenceState
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.blocks import BlockStore
from chalicelib.stores.presence import PresenceStore, hidden_state
from chalicelib.stores.presence_audience import PresenceAudience
from chalicelib.stores.users import UserStore


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Every method raises BadRequest, NotFound, Unauthorized, RateLimited and Unavailable.

    A repeated call changes nothing and pushes again: the first attempt may have died before its push.
    """

    redis: RedisClient
    gate: Gate
    users: UserStore
    blocks: BlockStore
    presence: PresenceStore
    audience: PresenceAudience
    delivery: Delivery

    def block(self, credentials: Credentials, user_id: str) -> None:
        """Block a user. Raises Conflict where this user blocks MAX_BLOCKED others already."""
        self._admit(credentials, user_id)
        if not self.blocks.add(credentials.user_id, user_id):
            self.gate.confirm(credentials)  # the user may have left meanwhile
            raise Conflict(f"You block {fields.MAX_BLOCKED:,} users already: unblock one of them first.")
        # From now on the fan-out leaves the blocked user out: without this push they would keep the last state.
        self._push_presence(user_id, hidden_state(credentials.user_id))

    def unblock(self, credentials: Credentials, user_id: str) -> None:
        self._admit(credentials, user_id)
        self.blocks.remove(credentials.user_id, user_id)
        states_lookup = self.presence.lookup_states([credentials.user_id])
        self.redis.fetch(states_lookup)
        [state] = states_lookup.resolve()
        self._push_presence(user_id, state)

    def _admit(self, credentials: Credentials, other_id: str) -> None:
        if other_id == credentials.user_id:
            raise BadRequest({"userId": "it is your own"})
        lookup = self.users.lookup(other_id)
        self.gate.admit(credentials, "blocks", lookup)
        if lookup.resolve() is None:
            raise NotFound("There is no such user.")

    def _push_presence(self, user_id: str, state: PresenceState) -> None:
        connection_ids = self.audience.sockets_of(user_id, state.userId)
        self.delivery.deliver(connection_ids, PresenceEvent(**msgspec.structs.asdict(state)))
