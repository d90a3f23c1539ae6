"""Delivery: pushes events to sockets, and acts on what a push finds out.

A socket that is gone is marked as closed. One that is slow is passed over for a while by all processes, and closed
where it stays slow: its client connects again, and syncs.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.events.publisher import Publisher
from chalicelib.models.pushed import Pushed, SessionEndedEvent, SocketEvictedEvent
from chalicelib.push.connections_api import PUSH_SECONDS, ConnectionsApi, Outcome
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.slow_sockets import SlowSockets
from chalicelib.stores.sockets import CONNECTING, SocketStore

log = logging.getLogger(__name__)

TELL_SECONDS = PUSH_SECONDS / 2
"""How long to try to push a last event to sockets before they are closed. The close counts more than its reason.

It is an event, as the @connections API closes with 1000 and cannot choose a code.
"""

SESSION_ENDED = SessionEndedEvent()
SOCKET_EVICTED = SocketEvictedEvent()

END_SECONDS = 1.0 - TELL_SECONDS


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """No method makes a request wait for clients for more than a second in all."""

    sockets: SocketStore
    presence: PresenceStore
    slow_sockets: SlowSockets
    connections_api: ConnectionsApi
    publisher: Publisher
    clock: Clock

    def lookup_sockets(self, user_id: str) -> Lookup[list[str]]:
        """The connectionIds of a user's online sockets. The same round trip tells which of them are slow."""
        return self.slow_sockets.beside(user_id, self.presence.lookup_sockets(user_id))

    def deliver(self, connection_ids: Sequence[str], event: Pushed) -> None:
        """Push one event to many sockets in parallel. Never raises."""
        self.deliver_each({connection_id: [event] for connection_id in connection_ids})

    def deliver_each(self, events: Mapping[str, Sequence[Pushed]]) -> None:
        """Push each socket its own events, as `deliver` does with one event. Never raises."""
        known = {connection_id for connection_id in events if self.slow_sockets.is_known(connection_id)}
        self._act_on(self.connections_api.push_all(events), known)

    def deliver_patiently(self, connection_id: str, events: Sequence[Pushed]) -> None:
        """Push events to one socket, for a caller whom nobody waits for: it blocks for seconds. Never raises."""
        known = {connection_id} if self.slow_sockets.is_known(connection_id) else set()
        self._act_on({connection_id: self.connections_api.push_patiently(connection_id, events)}, known)

    def reply(self, connection_id: str, *events: Pushed) -> None:
        """Push replies to the socket that sent a frame. Never raises: if it is gone, nobody waits for them."""
        known = {connection_id} if self.slow_sockets.is_known(connection_id) else set()
        outcome = self.connections_api.reply(connection_id, *events)
        if outcome is not Outcome.GONE:
            self._act_on({connection_id: outcome}, known)

    def close_sockets(self, connection_ids: Collection[str]) -> None:
        """Close sockets without an event: their clients connect again. Never raises.

        A socket that is gone already is marked as closed.
        """
        for connection_id, outcome in self.connections_api.close_all(connection_ids).items():
            if outcome is Outcome.GONE:
                self._try_to_mark_gone(connection_id)

    def evict_sockets(self, connection_ids: Collection[str]) -> None:
        """Push `socket:evicted` to sockets that are too many and close them. Never raises.

        Without that event their clients would connect again, and each would evict the next. One that is gone is marked
        as closed although it may still be connecting: it is one too many in any case.
        """
        for connection_id, outcome in self.end_sockets(connection_ids, SOCKET_EVICTED).items():
            if outcome is Outcome.GONE:
                self._try_to_mark_gone(connection_id, also_connecting=True)

    def end_sockets(self, connection_ids: Collection[str], event: Pushed = SESSION_ENDED) -> Mapping[str, Outcome]:
        """Push `session:ended`, or another last event, to sockets and close them. Never raises.

        The `$disconnect` of each socket then marks it as closed.
        """
        told = self.connections_api.push_all({each: [event] for each in connection_ids}, TELL_SECONDS)
        there = [connection_id for connection_id, outcome in told.items() if outcome is not Outcome.GONE]
        return {**told, **self.connections_api.close_all(there, END_SECONDS)}

    def end_missed_sockets(self, owners: Mapping[str, str]) -> Mapping[str, Outcome]:
        """End sockets, {connectionId: userId}, that an earlier `end_sockets` may have missed.

        One that is gone is marked as closed. One that is still connecting is GONE too: it is left open, to be tried
        again. Raises Unavailable.
        """
        for connection_id, user_id in owners.items():
            self.presence.remove(user_id, connection_id)
        outcomes = self.end_sockets(owners)
        for connection_id, outcome in outcomes.items():
            if outcome is Outcome.GONE:
                self._mark_gone(connection_id)
        return outcomes

    def _act_on(self, outcomes: Mapping[str, Outcome], known: Collection[str]) -> None:
        """Note what the pushes found out. `known` were those that were known to be slow before."""
        staying_slow = []
        for connection_id, outcome in outcomes.items():
            if outcome is Outcome.GONE:
                self._try_to_mark_gone(connection_id)
            elif outcome is Outcome.SLOW:
                log.warning("A socket is slow.", extra={"action": "push_slow", "connectionId": connection_id})
                user_id = self._owner(connection_id)
                if user_id is not None and self.slow_sockets.tell(user_id, connection_id):
                    staying_slow.append(connection_id)
            elif outcome is Outcome.DONE and connection_id in known:
                user_id = self._owner(connection_id)
                if user_id is not None:
                    self.slow_sockets.take_back(user_id, connection_id)
        if staying_slow:
            log.warning("%d sockets stay slow.", len(staying_slow), extra={"action": "slow_sockets_closed"})
            self.close_sockets(staying_slow)

    def _owner(self, connection_id: str) -> str | None:
        try:
            identity = self.sockets.identity(connection_id)
        except Unavailable:
            return None
        return identity.userId if identity is not None else None

    def _try_to_mark_gone(self, connection_id: str, *, also_connecting: bool = False) -> None:
        try:
            self._mark_gone(connection_id, also_connecting=also_connecting)
        except Unavailable as error:
            # The other pushes are done all the same, and the sweep finds this socket once its presence has expired.
            log.warning(
                "A socket that is gone was not noted: %s",
                error,
                extra={"action": "gone_not_noted", "connectionId": connection_id},
            )

    def _mark_gone(self, connection_id: str, *, also_connecting: bool = False) -> None:
        # The API answers 410 for a socket that is still connecting too, so only an older socket counts as gone.
        connected_before = None if also_connecting else self.clock() - CONNECTING
        written = self.sockets.mark_closed(connection_id, connected_before=connected_before)
        if written is not None:
            self.publisher.publish(written)
