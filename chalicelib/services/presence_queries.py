"""Presence queries: the states of users once, or a subscription to their changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.clients.redis.client import RedisClient
from chalicelib.models.responses import PresenceState
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.blocks import BlockStore
from chalicelib.stores.presence import PresenceStore, hidden_state
from chalicelib.stores.sockets import SocketStore


@dataclass(frozen=True, kw_only=True)
class PresenceQueries:
    """A user who has blocked the requester is shown offline."""

    redis: RedisClient
    gate: Gate
    presence: PresenceStore
    blocks: BlockStore
    sockets: SocketStore

    def states(self, credentials: Credentials, user_ids: Sequence[str]) -> list[PresenceState]:
        """Return the states of users, in the order requested. Raises Unauthorized, RateLimited, Unavailable."""
        states_lookup = self.presence.lookup_states(user_ids)
        blockers_lookup = self.blocks.lookup_blockers(credentials.user_id)
        self.gate.admit(credentials, "presence", states_lookup, blockers_lookup)
        return _hide_blockers(blockers_lookup.resolve(), states_lookup.resolve())

    def subscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> list[PresenceState]:
        """Have a socket watch users, so that it is pushed each change. Returns their current states.

        Raises BadRequest where the socket would watch too many users, Unauthorized, RateLimited, Unavailable.
        """
        self.gate.admit(credentials, "presence")
        self.sockets.watch(connection_id, user_ids)
        # Read after the socket has begun to watch, so that no change is lost in between.
        states_lookup = self.presence.lookup_states(user_ids)
        blockers_lookup = self.blocks.lookup_blockers(credentials.user_id)
        self.redis.fetch(states_lookup, blockers_lookup)
        return _hide_blockers(blockers_lookup.resolve(), states_lookup.resolve())

    def unsubscribe(self, credentials: Credentials, connection_id: str, user_ids: Sequence[str]) -> None:
        """Have a socket stop watching users. Raises Unauthorized, RateLimited, Unavailable."""
        self.gate.admit(credentials, "presence")
        self.sockets.unwatch(connection_id, user_ids)


def _hide_blockers(blockers: Sequence[str] | None, states: Sequence[PresenceState]) -> list[PresenceState]:
    blocker_ids = frozenset(blockers or ())
    return [hidden_state(state.userId) if state.userId in blocker_ids else state for state in states]
