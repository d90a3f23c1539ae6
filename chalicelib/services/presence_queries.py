"""Who asks for whose presence, once or from now on."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.clients.redis.client import RedisClient
from chalicelib.models.responses import PresenceState
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.blocks import BlockStore
from chalicelib.stores.presence import PresenceStore, hidden
from chalicelib.stores.sockets import SocketStore


@dataclass(frozen=True, kw_only=True)
class PresenceQueries:
    """Whoever has blocked the asker is shown offline."""

    redis: RedisClient
    gate: Gate
    presence: PresenceStore
    blocks: BlockStore
    sockets: SocketStore

    def states(self, credentials: Credentials, user_ids: Sequence[str]) -> list[PresenceState]:
        """The states of users, in the order asked for. Raises Unauthorized, RateLimited, Unavailable."""
        states, blockers = self.presence.lookup_states(user_ids), self.blocks.lookup_blockers(credentials.user_id)
        self.gate.admit(credentials, "presence", states, blockers)
        return _without(blockers.resolve(), states.resolve())

    def subscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> list[PresenceState]:
        """Have a socket told of each change; returns the states as they are now.

        Raises BadRequest where the socket would watch too many, Unauthorized, RateLimited, Unavailable.
        """
        self.gate.admit(credentials, "presence")
        self.sockets.watch(connection_id, user_ids)
        # Read after the socket watches: no change can fall in between.
        states, blockers = self.presence.lookup_states(user_ids), self.blocks.lookup_blockers(credentials.user_id)
        self.redis.fetch(states, blockers)
        return _without(blockers.resolve(), states.resolve())

    def unsubscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> None:
        """Raises Unauthorized, RateLimited, Unavailable."""
        self.gate.admit(credentials, "presence")
        self.sockets.unwatch(connection_id, user_ids)


def _without(blockers: Sequence[str] | None, states: Sequence[PresenceState]) -> list[PresenceState]:
    unseen = frozenset(blockers or ())
    return [hidden(state.userId) if state.userId in unseen else state for state in states]
