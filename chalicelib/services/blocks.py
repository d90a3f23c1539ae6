"""Blocking users: who is blocked can neither write nor connect, and sees the blocker offline."""

import msgspec

from chalicelib.clients.redis_client import RedisClient
from chalicelib.errors import BadRequest, Conflict, NotFound
from chalicelib.models import fields
from chalicelib.models.answers import PresenceState
from chalicelib.models.pushed import PresenceEvent
from chalicelib.services.block_store import BlockStore
from chalicelib.services.delivery import Delivery
from chalicelib.services.gate import Gate
from chalicelib.services.presence import Presence, hidden
from chalicelib.services.presence_audience import PresenceAudience
from chalicelib.services.tokens import Credentials
from chalicelib.services.users import Users


class Blocks:
    """Every method raises BadRequest, NotFound, Unauthorized, RateLimited and Unavailable.

    Said again, a word changes nothing and repeats its push: the first attempt may have died before it.
    """

    def __init__(
        self,
        redis: RedisClient,
        gate: Gate,
        users: Users,
        block_store: BlockStore,
        presence: Presence,
        audience: PresenceAudience,
        delivery: Delivery,
    ) -> None:
        self._redis = redis
        self._gate = gate
        self._users = users
        self._block_store = block_store
        self._presence = presence
        self._audience = audience
        self._delivery = delivery

    def block(self, credentials: Credentials, user_id: str) -> None:
        """Raises Conflict where MAX_BLOCKED others are blocked already."""
        self._admit(credentials, user_id)
        if not self._block_store.add(credentials.user_id, user_id):
            raise Conflict(f"You block {fields.MAX_BLOCKED:,} users already: unblock one of them first.")
        # From now on the fan-out leaves him out: without this he would see for ever what he saw last.
        self._tell(user_id, hidden(credentials.user_id))

    def unblock(self, credentials: Credentials, user_id: str) -> None:
        self._admit(credentials, user_id)
        self._block_store.remove(credentials.user_id, user_id)
        states = self._presence.states([credentials.user_id])
        self._redis.fetch(states)
        [state] = states.value
        self._tell(user_id, state)

    def _admit(self, credentials: Credentials, other_id: str) -> None:
        if other_id == credentials.user_id:
            raise BadRequest({"userId": "it is your own"})
        other = self._users.read(other_id)
        self._gate.admit(credentials, "blocks", other)
        if other.value is None:
            raise NotFound("There is no such user.")

    def _tell(self, user_id: str, state: PresenceState) -> None:
        connection_ids = self._audience.sockets_of(user_id, state.userId)
        self._delivery.deliver(connection_ids, PresenceEvent(**msgspec.structs.asdict(state)))
