"""The endpoint that is asked: its addresses, its clients, and its clock where that can be moved."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chalice_local_websockets.clock import MovedClock
from chalice_local_websockets.conformance.management import Management

ANSWER_SECONDS = 10
NEVER = "no close"
_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """`url` ends with the stage's path, and `management` is its @connections API.

    `without_default` is the address of another API, which has no `$default`, and `custom_route` the key of a route that
    the API has besides those of the suite's app; `clock` is there for an endpoint of this process alone.
    """

    url: str
    management: Management
    without_default: str | None = None
    custom_route: str | None = None
    clock: MovedClock | None = None

    @asynccontextmanager
    async def client(self, query: str = "", *, subprotocols: tuple[str, ...] = ()) -> AsyncIterator["Client"]:
        """Open a websocket. Raises InvalidStatus where the upgrade is refused."""
        async with open_websocket(self.url + query, subprotocols=subprotocols) as client:
            yield client

    async def refusal(self, query: str) -> int:
        """Returns the status of a refused upgrade. Raises AssertionError where it is accepted."""
        return await refusal(self.url + query)


@asynccontextmanager
async def open_websocket(url: str, *, subprotocols: tuple[str, ...] = ()) -> AsyncIterator["Client"]:
    protocols: Any = subprotocols or None  # Any: the library's type for a string
    async with connect(
        url, subprotocols=protocols, compression=None, ping_interval=None, max_size=None, close_timeout=1, proxy=None
    ) as websocket:
        yield Client(websocket)


async def refusal(url: str) -> int:
    """Returns the status of a refused upgrade. Raises AssertionError where it is accepted."""
    try:
        async with open_websocket(url):
            raise AssertionError("the upgrade was accepted")
    except InvalidStatus as refused:
        return refused.response.status_code


class Client:
    """One websocket. Waits end after ANSWER_SECONDS, with TimeoutError."""

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket

    async def ask(self, **request: str) -> None:
        await self.websocket.send(json.dumps(request))

    async def receive(self) -> str:
        async with asyncio.timeout(ANSWER_SECONDS):
            return str(await self.websocket.recv())

    async def receive_json(self) -> dict[str, Any]:  # Any: JSON
        text = await self.receive()
        try:
            received: dict[str, Any] = json.loads(text)
        except ValueError:
            raise AssertionError(f"a frame is {text[:_SHOWN]!r}, which is no JSON") from None
        return received

    async def connection_id(self) -> str:
        await self.ask(do="event")
        return str((await self.receive_json())["requestContext"]["connectionId"])

    async def close_code(self) -> int | str:
        """Returns the code with which the other side closes; 1006 for a connection that only ends, NEVER for none."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while True:
                    await self.websocket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        except TimeoutError:
            return NEVER

    async def close(self, code: int, reason: str) -> None:
        await self.websocket.close(code, reason)
