"""Tells other users that a user has come online or gone offline."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import UserPresence
from chalicelib.models.pushed import PresenceEvent
from chalicelib.push.background_delivery import BackgroundDelivery
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.presence_audience import PresenceAudience
from chalicelib.stores.sockets import SocketStore


class PresenceFanout:
    """Pushes `presence` with the state at the time of the push, as events are per device and may come in any order.

    So an event that is repeated pushes the same state again, and several events of one user push it once. A device that
    leaves while another one of its user is online changes nothing, and is not told. The pushes are handed over to the
    background, as no batch waits for clients; a socket is pushed older states first.
    """

    def __init__(
        self,
        *,
        redis: RedisClient,
        sockets: SocketStore,
        presence: PresenceStore,
        audience: PresenceAudience,
        background: BackgroundDelivery,
    ) -> None:
        self._redis = redis
        self._sockets = sockets
        self._presence = presence
        self._audience = audience
        self._background = background

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        self._remove_closed_sockets(events)
        user_ids = sorted({event.userId for event in events})
        audience = self._audience.of(user_ids)
        if not audience:
            return
        states = self._presence.lookup_states(user_ids)
        self._redis.fetch(states)
        came = {event.userId for event in events if event.eventType == "USER_ONLINE"}
        frames = {
            state.userId: PresenceEvent(**msgspec.structs.asdict(state))
            for state in states.resolve()
            if state.userId in came or not state.online
        }
        told = {connection_id: watched & frames.keys() for connection_id, watched in audience.items()}
        self._background.deliver_each(
            {
                connection_id: [frames[user_id] for user_id in watched]
                for connection_id, watched in told.items()
                if watched
            }
        )

    def _remove_closed_sockets(self, events: Sequence[Envelope]) -> None:
        """Remove from Redis the sockets that a function closed in MongoDB before it died."""
        owners = {
            msgspec.convert(event.data, UserPresence).connectionId: event.userId
            for event in events
            if event.eventType == "USER_OFFLINE"
        }
        closed: defaultdict[str, list[str]] = defaultdict(list)
        for connection_id in self._sockets.closed(owners) if owners else ():
            closed[owners[connection_id]].append(connection_id)
        for user_id, connection_ids in closed.items():
            self._presence.remove(user_id, *connection_ids)
