"""Tells other users that a user has come online or gone offline.

Before that, it has Redis agree with MongoDB about the sockets of the events, as a process may have died in between.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import UserPresence
from chalicelib.models.pushed import PresenceEvent
from chalicelib.push.background_delivery import BackgroundDelivery
from chalicelib.stores.presence import OnlineSocket, PresenceStore
from chalicelib.stores.presence_audience import PresenceAudience
from chalicelib.stores.sockets import SocketStore
from chalicelib.stores.visibility import Visibility


class PresenceFanout:
    """Pushes `presence` with the state at the time of the push, as events are per device and may come in any order.

    So an event that is repeated pushes the same state again, and several events of one user push it once. A device that
    leaves while another one of its user is online changes nothing, and is not told. The pushes are handed over to the
    background, as no batch waits for clients; a socket is pushed older states first.

    The devices of an invisible user come and go without a push. Once, when the user becomes invisible, they appear to
    go offline.
    """

    def __init__(
        self,
        *,
        redis: RedisClient,
        sockets: SocketStore,
        visibility: Visibility,
        presence: PresenceStore,
        audience: PresenceAudience,
        background: BackgroundDelivery,
        clock: Clock,
    ) -> None:
        self._redis = redis
        self._sockets = sockets
        self._visibility = visibility
        self._presence = presence
        self._audience = audience
        self._background = background
        self._clock = clock

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        changed = {event.userId for event in events if event.eventType == "VISIBILITY_CHANGED"}
        invisible = self._visibility.hiding({event.userId for event in events}).presence
        for user_id in sorted(changed):
            self._presence.show(user_id, hidden=user_id in invisible)
        self._settle([event for event in events if event.eventType != "VISIBILITY_CHANGED"], invisible)
        user_ids = sorted({event.userId for event in events} - (invisible - changed))
        audience = self._audience.of(user_ids)
        if not audience:
            return
        states = self._presence.lookup_states(user_ids)
        self._redis.fetch(states)
        came = changed | {event.userId for event in events if event.eventType == "USER_ONLINE"}
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

    def _settle(self, events: Sequence[Envelope], invisible: Collection[str]) -> None:
        """Write to Redis again what a function has written to MongoDB: it may have died before it did so itself."""
        owners = {msgspec.convert(event.data, UserPresence).connectionId: event.userId for event in events}
        still_open = self._sockets.still_open(owners)
        now = self._clock()
        online = [
            OnlineSocket(owners[connection_id], connection_id, until, owners[connection_id] in invisible)
            for connection_id, until in still_open.items()
            if until is not None and until > now
        ]
        if online:
            self._presence.renew(*online)
        closed: defaultdict[str, list[str]] = defaultdict(list)
        for connection_id in owners.keys() - still_open.keys():
            closed[owners[connection_id]].append(connection_id)
        for user_id, connection_ids in closed.items():
            self._presence.remove(user_id, *connection_ids)
