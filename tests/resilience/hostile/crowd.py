"""Many sockets of one user at once, in one event loop."""

import asyncio
import base64
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.e2e.clients import Person

AT_ONCE = 200
"""How many handshakes are under way at a time: the kernel's queue of a listening port is short."""


@asynccontextmanager
async def crowd(person: Person, size: int) -> AsyncIterator[tuple[list[ClientConnection], Counter[int]]]:
    """Opens `size` sockets, and yields those that were let in, with how often each status was answered.

    At the end all of them vanish at the same moment, without a close frame.
    """
    room = asyncio.Semaphore(AT_ONCE)
    statuses: Counter[int] = Counter()

    async def open_one() -> ClientConnection | None:
        async with room:
            try:
                socket = await connect(
                    person.websocket_url,
                    additional_headers=person.authorization,
                    compression=None,
                    ping_interval=None,
                    open_timeout=60,
                )
            except InvalidStatus as refused:
                statuses[refused.response.status_code] += 1
                return None
            statuses[101] += 1
            return socket

    opened = await asyncio.gather(*(open_one() for _ in range(size)))
    sockets = [socket for socket in opened if socket is not None]
    try:
        yield sockets, statuses
    finally:
        for socket in sockets:
            socket.transport.abort()
        await asyncio.gather(*(socket.wait_closed() for socket in sockets))


def upgrade(person: Person) -> bytes:
    """The request that opens a websocket (RFC 6455, 1.3)."""
    parts = urlsplit(person.websocket_url)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = [
        f"GET {parts.path or '/'} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        *(f"{name}: {value}" for name, value in person.authorization.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()
