"""Delivery: pushes events to sockets, and marks a socket as closed when a push finds that it is gone."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.events.publisher import Publisher
from chalicelib.models.pushed import Pushed, SessionEndedEvent
from chalicelib.push.connections_api import ConnectionsApi, Outcome
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.sockets import CONNECTING, SocketStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    sockets: SocketStore
    presence: PresenceStore
    connections_api: ConnectionsApi
    publisher: Publisher
    clock: Clock

    def deliver(self, connection_ids: Sequence[str], event: Pushed) -> None:
        """Push one event to many sockets in parallel; sockets that are gone are marked as closed. Never raises."""
        self.deliver_each({connection_id: [event] for connection_id in connection_ids})

    def deliver_each(self, events: Mapping[str, Sequence[Pushed]]) -> None:
        """Push each socket its own events, as `deliver` does with one event. Never raises."""
        for connection_id, outcome in self.connections_api.push_all(events).items():
            if outcome is Outcome.GONE:
                self._try_to_mark_gone(connection_id)

    def reply(self, connection_id: str, *events: Pushed) -> None:
        """Push replies to the socket that sent a frame. Never raises: if it is gone, nobody waits for them."""
        self.connections_api.push(connection_id, *events)

    def close_socket(self, connection_id: str) -> None:
        """Close a socket without an event: its client connects again. Never raises.

        A socket that is gone already is marked as closed.
        """
        if self.connections_api.delete_connection(connection_id) is Outcome.GONE:
            self._try_to_mark_gone(connection_id)

    def end_socket(self, connection_id: str) -> Outcome:
        """Push `session:ended` to one socket and close it; its `$disconnect` then marks it as closed."""
        if self.connections_api.push(connection_id, SessionEndedEvent()) is Outcome.GONE:
            return Outcome.GONE
        return self.connections_api.delete_connection(connection_id)

    def end_missed_socket(self, user_id: str, connection_id: str) -> Outcome:
        """End a socket that an earlier `end_socket` may have missed; one that is gone is marked as closed.

        A socket that is still connecting is GONE too. It is left open, to be tried again. Raises Unavailable.
        """
        self.presence.remove(user_id, connection_id)
        outcome = self.end_socket(connection_id)
        if outcome is Outcome.GONE:
            self._mark_gone(connection_id)
        return outcome

    def _try_to_mark_gone(self, connection_id: str) -> None:
        try:
            self._mark_gone(connection_id)
        except Unavailable as error:
            # The other pushes are done all the same, and the sweep finds this socket once its presence has expired.
            log.warning(
                "A socket that is gone was not noted: %s",
                error,
                extra={"action": "gone_not_noted", "connectionId": connection_id},
            )

    def _mark_gone(self, connection_id: str) -> None:
        # The API answers 410 for a socket that is still connecting too, so only an older socket counts as gone.
        written = self.sockets.mark_closed(connection_id, connected_before=self.clock() - CONNECTING)
        if written is not None:
            self.publisher.publish(written)
