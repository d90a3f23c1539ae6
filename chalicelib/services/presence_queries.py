"""Who asks for whose presence, once or from now on."""

from collections.abc import Sequence

from chalicelib.clients.redis_client import RedisClient
from chalicelib.models.answers import PresenceState
from chalicelib.services.gate import Gate
from chalicelib.services.presence import Presence
from chalicelib.services.sockets import Sockets
from chalicelib.services.tokens import Credentials


class PresenceQueries:
    def __init__(self, redis: RedisClient, gate: Gate, presence: Presence, sockets: Sockets) -> None:
        self._redis = redis
        self._gate = gate
        self._presence = presence
        self._sockets = sockets

    def states(self, credentials: Credentials, user_ids: Sequence[str]) -> list[PresenceState]:
        """The states of users, in the order asked for. Raises Unauthorized, RateLimited, Unavailable."""
        states = self._presence.states(user_ids)
        self._gate.admit(credentials, "presence", states)
        return states.value

    def subscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> list[PresenceState]:
        """Have a socket told of each change; returns the states as they are now.

        Raises BadRequest where the socket would watch too many, Unauthorized, RateLimited, Unavailable.
        """
        self._gate.admit(credentials, "presence")
        self._sockets.watch(connection_id, user_ids)
        # Read after the socket watches: no change can fall in between.
        states = self._presence.states(user_ids)
        self._redis.fetch(states)
        return states.value

    def unsubscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> None:
        """Raises Unauthorized, RateLimited, Unavailable."""
        self._gate.admit(credentials, "presence")
        self._sockets.unwatch(connection_id, user_ids)
