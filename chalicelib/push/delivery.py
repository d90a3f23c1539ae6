"""Delivery: events to a user's sockets, and what follows where a socket is gone."""

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
        """Push to many sockets at once; those that are gone are closed. Never raises."""
        self.deliver_each({connection_id: [event] for connection_id in connection_ids})

    def deliver_each(self, events: Mapping[str, Sequence[Pushed]]) -> None:
        """Push to each socket what is for it, as `deliver` does. Never raises."""
        for connection_id, outcome in self.connections_api.push_all(events).items():
            if outcome is Outcome.GONE:
                self._try_to_close_gone(connection_id)

    def answer(self, connection_id: str, *events: Pushed) -> None:
        """Push answers to the socket that asked. Never raises: where it is gone, nobody waits for them."""
        self.connections_api.push(connection_id, *events)

    def close(self, connection_id: str) -> None:
        """Close a socket without a word: its client connects again. One that is gone is noted. Never raises."""
        if self.connections_api.close(connection_id) is Outcome.GONE:
            self._try_to_close_gone(connection_id)

    def end(self, connection_id: str) -> Outcome:
        """Tell one socket that its session has ended, and close it; `$disconnect` then notes that it is closed."""
        if self.connections_api.push(connection_id, SessionEndedEvent()) is Outcome.GONE:
            return Outcome.GONE
        return self.connections_api.close(connection_id)

    def end_remaining(self, user_id: str, connection_id: str) -> Outcome:
        """End a socket that an earlier `end` may have missed; one that is gone is noted as closed.

        GONE may also be a socket that is still connecting: it stays, to be tried again. Raises Unavailable.
        """
        self.presence.remove(user_id, connection_id)
        outcome = self.end(connection_id)
        if outcome is Outcome.GONE:
            self._close_gone(connection_id)
        return outcome

    def _try_to_close_gone(self, connection_id: str) -> None:
        try:
            self._close_gone(connection_id)
        except Unavailable as error:
            # What was pushed is done all the same; the sweep finds this one when its presence has run out.
            log.warning(
                "A socket that is gone was not noted: %s",
                error,
                extra={"action": "gone_not_noted", "connectionId": connection_id},
            )

    def _close_gone(self, connection_id: str) -> None:
        # A socket that is still connecting answers 410 too: it is left until it is old enough to be judged.
        written = self.sockets.close(connection_id, connected_before=self.clock() - CONNECTING)
        if written is not None:
            self.publisher.publish(written)
