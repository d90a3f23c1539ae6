"""Who asks for whose presence, once or from now on."""

from collections.abc import Sequence

from chalicelib.clients.redis_client import RedisClient
from chalicelib.models.answers import PresenceState
from chalicelib.services.block_store import BlockStore
from chalicelib.services.gate import Gate
from chalicelib.services.presence import Presence, hidden
from chalicelib.services.sockets import Sockets
from chalicelib.services.tokens import Credentials


class PresenceQueries:
    """Whoever has blocked the asker is shown offline."""

    def __init__(
        self, redis: RedisClient, gate: Gate, presence: Presence, block_store: BlockStore, sockets: Sockets
    ) -> None:
        self._redis = redis
        self._gate = gate
        self._presence = presence
        self._block_store = block_store
        self._sockets = sockets

    def states(self, credentials: Credentials, user_ids: Sequence[str]) -> list[PresenceState]:
        """The states of users, in the order asked for. Raises Unauthorized, RateLimited, Unavailable."""
        states, blockers = self._presence.states(user_ids), self._block_store.blockers(credentials.user_id)
        self._gate.admit(credentials, "presence", states, blockers)
        return _without(blockers.value, states.value)

    def subscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> list[PresenceState]:
        """Have a socket told of each change; returns the states as they are now.

        Raises BadRequest where the socket would watch too many, Unauthorized, RateLimited, Unavailable.
        """
        self._gate.admit(credentials, "presence")
        self._sockets.watch(connection_id, user_ids)
        # Read after the socket watches: no change can fall in between.
        states, blockers = self._presence.states(user_ids), self._block_store.blockers(credentials.user_id)
        self._redis.fetch(states, blockers)
        return _without(blockers.value, states.value)

    def unsubscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> None:
        """Raises Unauthorized, RateLimited, Unavailable."""
        self._gate.admit(credentials, "presence")
        self._sockets.unwatch(connection_id, user_ids)


def _without(blockers: Sequence[str] | None, states: Sequence[PresenceState]) -> list[PresenceState]:
    unseen = frozenset(blockers or ())
    return [hidden(state.userId) if state.userId in unseen else state for state in states]
