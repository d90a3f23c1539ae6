"""A frame's sender, as the handlers of websocket actions see it."""

from dataclasses import dataclass

from chalicelib.models.pushed import Pushed
from chalicelib.stores.sockets import SocketIdentity
from chalicelib.wiring import wired


@dataclass(frozen=True)
class SocketRequest:
    connection_id: str
    identity: SocketIdentity

    def answer(self, *events: Pushed) -> None:
        """Push to the socket that asked. Never raises."""
        wired().delivery.answer(self.connection_id, *events)

    def hang_up(self) -> None:
        """Close the socket without a word: its client connects again. Never raises."""
        wired().delivery.close(self.connection_id)
