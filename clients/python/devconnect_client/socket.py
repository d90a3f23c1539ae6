"""One open websocket."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from devconnect_client.events import Json
from devconnect_client.incoming import read_frame
from devconnect_client.timings import Timings

_REFUSALS: Mapping[int, str] = {
    401: "the ticket is not valid, or the session has ended",
    403: "connections from this origin are not allowed",
    429: "this user connects too often",
    502: "the service cannot answer right now",
    503: "the service cannot answer right now",
}
"""Why an upgrade is refused, by its HTTP status."""


class SocketLost(Exception):
    """The websocket closed, or does not work any more; the message says how."""


class Socket:
    """An open websocket. Its methods raise SocketLost once it is closed."""

    def __init__(self, connection: ClientConnection, timings: Timings) -> None:
        self._connection = connection
        self._timings = timings

    async def send(self, frame: str) -> None:
        try:
            async with asyncio.timeout(self._timings.answer):
                await self._connection.send(frame)
        except TimeoutError:
            raise SocketLost("nothing can be sent") from None
        except ConnectionClosed as closed:
            raise SocketLost(str(closed)) from closed

    async def receive(self) -> Json:
        """Returns the next frame, which may be UNREADABLE."""
        try:
            return read_frame(await self._connection.recv())
        except ConnectionClosed as closed:
            raise SocketLost(str(closed)) from closed


@asynccontextmanager
async def open_socket(url: str, timings: Timings) -> AsyncIterator[Socket]:
    """Open a websocket for the duration of the block.

    Raises SocketLost if it does not open; the block raises it if it does not stay open.
    """
    try:
        # No pings: the heartbeats show whether the service is alive, and not only its gateway.
        connection = await connect(
            url, open_timeout=timings.answer, close_timeout=timings.closing, ping_interval=None, compression=None
        )
    except InvalidStatus as error:
        status = error.response.status_code
        raise SocketLost(
            f"it is refused with HTTP status {status}: {_REFUSALS.get(status, 'the reason is unknown')}"
        ) from error
    except (OSError, ValueError, WebSocketException) as error:  # a TimeoutError is an OSError; no host has such a name
        raise SocketLost(f"it cannot be opened: {error}") from error
    try:
        yield Socket(connection, timings)
    except SocketLost:
        connection.transport.abort()  # no peer is left for a closing handshake
        raise
    finally:
        await _close(connection, timings.closing)


async def _close(connection: ClientConnection, patience: float) -> None:
    """Close also when the peer has stopped reading, and the close frame is stuck behind unread data."""
    try:
        async with asyncio.timeout(patience):
            await connection.close()
    except TimeoutError:
        pass
    finally:
        connection.transport.abort()
        await connection.wait_closed()
