"""The open websocket connections and the operations on them. All times are milliseconds since the epoch."""

import asyncio

from chalice_local_websockets.asgi import Send
from chalice_local_websockets.clock import Clock
from chalice_local_websockets.events import ConnectionInfo
from chalice_local_websockets.limits import Timeouts
from chalice_local_websockets.responses import CloseStatus


class GoneError(Exception):
    """The connection is closed."""


class BufferFullError(Exception):
    """The client does not read the messages sent to it."""


class Connection:
    """One open connection."""

    def __init__(self, info: ConnectionInfo, send: Send, timeouts: Timeouts, clock: Clock) -> None:
        self.info = info
        self.last_active_at = info.connected_at
        self.close_status: asyncio.Future[CloseStatus] = asyncio.get_running_loop().create_future()
        """Done once the gateway has decided to close the connection, cancelled once the client has closed it."""
        self._send = send
        self._timeouts = timeouts
        self._clock = clock

    def touch(self) -> None:
        """Record that a message was sent or received."""
        self.last_active_at = self._clock.now_ms()

    def expires_in(self) -> float:
        """Returns the seconds until the connection reaches the idle time-out or its maximum lifetime."""
        idle = self.last_active_at / 1000 + self._timeouts.idle
        lifetime = self.info.connected_at / 1000 + self._timeouts.lifetime
        return min(idle, lifetime) - self._clock.now_ms() / 1000

    async def push(self, text: str) -> None:
        """Send a text message to the client.

        Raises GoneError if the connection is closed or about to be, and BufferFullError if the client's buffer has no
        room in time.
        """
        if self.close_status.done():
            raise GoneError
        try:
            async with asyncio.timeout(self._timeouts.push):
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise BufferFullError from None
        except (OSError, RuntimeError):  # closed by the client, or by the gateway while this waited
            raise GoneError from None
        self.touch()

    def close(self, close_status: CloseStatus) -> None:
        """Have the connection closed. Pushes are refused from now on."""
        if not self.close_status.done():
            self.close_status.set_result(close_status)

    async def send_close(self, close_status: CloseStatus) -> None:
        """Start the closing handshake, unless the client has closed the connection or has stopped reading."""
        message = {"type": "websocket.close", "code": close_status.code, "reason": close_status.reason}
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
        self._open[connection.info.connection_id] = connection

    def remove(self, connection: Connection) -> None:
        """Remove a closed connection; pushes through remaining references to it raise GoneError."""
        connection.close_status.cancel()
        self._open.pop(connection.info.connection_id, None)

    def get(self, connection_id: str) -> Connection:
        """Raises GoneError if no open connection has this id."""
        connection = self._open.get(connection_id)
        if connection is None or connection.close_status.done():
            raise GoneError
        return connection

    def close_all(self, close_status: CloseStatus) -> None:
        for connection in self._open.values():
            connection.close(close_status)
