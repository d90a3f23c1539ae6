"""The open websocket connections, and what can be done to one. All times are milliseconds since the epoch."""

import asyncio
import time

from infra.local.gateway.answers import Ending
from infra.local.gateway.asgi import Send
from infra.local.gateway.events import Client
from infra.local.gateway.limits import Timeouts


class GoneError(Exception):
    """The connection is closed."""


class BufferFullError(Exception):
    """The client does not read what it is sent."""


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Connection:
    """One open connection."""

    def __init__(self, client: Client, send: Send, timeouts: Timeouts) -> None:
        self.client = client
        self.last_active_at = client.connected_at
        self.ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        """Done when the gateway has decided to close it, cancelled when the client did."""
        self._send = send
        self._timeouts = timeouts

    def touch(self) -> None:
        """Note that a message has passed, either way."""
        self.last_active_at = now_ms()

    def expires_in(self) -> float:
        """Seconds until it has been idle, or open, for as long as it may."""
        idle = self.last_active_at / 1000 + self._timeouts.idle
        lifetime = self.client.connected_at / 1000 + self._timeouts.lifetime
        return min(idle, lifetime) - now_ms() / 1000

    async def push(self, text: str) -> None:
        """Send a text message to the client.

        :raises GoneError: when the connection is closed, or about to be.
        :raises BufferFullError: when the client's buffer has no room in time.
        """
        if self.ending.done():
            raise GoneError
        try:
            async with asyncio.timeout(self._timeouts.push):
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise BufferFullError from None
        except (OSError, RuntimeError):  # closed by the client, or by us while this waited for the buffer
            raise GoneError from None
        self.touch()

    def close(self, ending: Ending) -> None:
        """Have it closed. Pushes are refused from here on."""
        if not self.ending.done():
            self.ending.set_result(ending)

    async def send_close(self, ending: Ending) -> None:
        """Start the closing handshake, unless the client has closed, or reads nothing any more."""
        message = {"type": "websocket.close", "code": ending.code, "reason": ending.reason}
        try:
            async with asyncio.timeout(self._timeouts.push):
                await self._send(message)
        except (TimeoutError, OSError):
            return


class Connections:
    """The open connections by id."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}

    def add(self, connection: Connection) -> None:
        self._open[connection.client.connection_id] = connection

    def remove(self, connection: Connection) -> None:
        """Forget one that is closed; whoever still holds it gets GoneError."""
        connection.ending.cancel()
        self._open.pop(connection.client.connection_id, None)

    def get(self, connection_id: str) -> Connection:
        """:raises GoneError: when no open connection has this id."""
        connection = self._open.get(connection_id)
        if connection is None or connection.ending.done():
            raise GoneError
        return connection

    def close_all(self, ending: Ending) -> None:
        for connection in self._open.values():
            connection.close(ending)
