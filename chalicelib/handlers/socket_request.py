"""The sender of a frame, as the handlers of websocket actions see it."""

from dataclasses import dataclass

from chalicelib.models.pushed import Pushed, answering
from chalicelib.stores.sockets import SocketIdentity
from chalicelib.wiring import wired


@dataclass(frozen=True)
class SocketRequest:
    connection_id: str
    identity: SocketIdentity
    request_id: str | None = None
    """The frame's `requestId`, which each answer repeats."""

    def reply(self, *events: Pushed) -> None:
        """Push to the socket that sent the frame. Never raises."""
        wired().delivery.reply(self.connection_id, *(answering(event, self.request_id) for event in events))

    def close_socket(self) -> None:
        """Close the socket without an event: its client connects again. Never raises."""
        wired().delivery.close_sockets([self.connection_id])
