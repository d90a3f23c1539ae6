"""Who comes or goes: those who want to know are told."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import UserPresence
from chalicelib.models.pushed import PresenceEvent
from chalicelib.push.delivery import Delivery
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.presence_audience import PresenceAudience
from chalicelib.stores.sockets import SocketStore

CHANGES = frozenset({"USER_ONLINE", "USER_OFFLINE"})


class PresenceFanout:
    """Pushes `presence` with the state as it is then: events are per device, and their order does not matter.

    So a repeat, and several events of one user, push the same state again or once.
    """

    def __init__(
        self,
        *,
        redis: RedisClient,
        sockets: SocketStore,
        presence: PresenceStore,
        audience: PresenceAudience,
        delivery: Delivery,
    ) -> None:
        self._redis = redis
        self._sockets = sockets
        self._presence = presence
        self._audience = audience
        self._delivery = delivery

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        self._take_out_closed(events)
        changed = sorted({event.userId for event in events if event.eventType in CHANGES})
        audience = self._audience.of(changed) if changed else {}
        if not audience:
            return
        states = self._presence.lookup_states(changed)
        self._redis.fetch(states)
        frames = {state.userId: PresenceEvent(**msgspec.structs.asdict(state)) for state in states.resolve()}
        self._delivery.deliver_each(
            {connection_id: [frames[user_id] for user_id in told] for connection_id, told in audience.items()}
        )

    def _take_out_closed(self, events: Sequence[Envelope]) -> None:
        """What a function that died between a socket's end in MongoDB and in Redis has left in Redis."""
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
