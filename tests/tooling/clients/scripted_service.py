"""A service that does what a test says, and nothing else: it brings a client into every state there is."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from devconnect_client.events import Json

Answer = tuple[int, str]
"""The status and the body of a response."""


class ScriptedService:
    """Tickets and upgrades wait until the test answers them; heartbeats are answered, unless it says otherwise."""

    def __init__(self) -> None:
        self.tickets: asyncio.Queue[asyncio.Future[Answer]] = asyncio.Queue()
        self.upgrades: asyncio.Queue[asyncio.Future[bool]] = asyncio.Queue()
        self.sockets: asyncio.Queue[ServerConnection] = asyncio.Queue()
        self.frames: asyncio.Queue[Json] = asyncio.Queue()
        """What clients send, but for heartbeats."""
        self.answers_heartbeats = True
        self.conversations = '{"conversations": [], "hasMore": false}'
        self.listed = asyncio.Event()
        """The list was asked for more than once, so the client has taken in an answer."""
        self._lists = 0
        self.rest_url = ""
        self._asked: list[Callable[[], bool]] = []
        self._rest: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self.websocket_url = ""

    def accept_rest(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._rest[writer] = asyncio.create_task(self._serve_rest(reader, writer))

    async def _serve_rest(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request: a ticket as the test says, and the list of conversations."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            status, body = 200, self.conversations
            if head.startswith("POST /api/websocket-ticket "):
                asked: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
                self.tickets.put_nowait(asked)
                self._asked.append(asked.cancel)
                status, body = await asked
            else:
                self._lists += 1
                if self._lists > 1:
                    self.listed.set()
            fields = f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\nConnection: close"
            writer.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{fields}\r\n\r\n{body}".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has closed it, or the test is over
        finally:
            writer.close()

    async def upgrade(self, connection: ServerConnection, _request: Request) -> Response | None:
        asked: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.upgrades.put_nowait(asked)
        self._asked.append(asked.cancel)
        try:
            return None if await asked else connection.respond(HTTPStatus.FORBIDDEN, "")
        except asyncio.CancelledError:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "")

    async def serve_socket(self, socket: ServerConnection) -> None:
        self.sockets.put_nowait(socket)
        try:
            async for text in socket:
                frame = json.loads(text)
                if frame["action"] != "register":
                    self.frames.put_nowait(frame)
                elif self.answers_heartbeats:
                    await socket.send(json.dumps({"event": "registered", "userId": "a" * 24, "expiresIn": 300}))
        except ConnectionClosed:
            pass

    def give_up(self) -> None:
        """Leaves everything unanswered that a test has not answered."""
        for cancel in self._asked:
            cancel()

    def hang_up(self) -> None:
        """Ends the connections of REST, also those whose task has not begun: cancelled, it would not close them."""
        for writer in self._rest:
            writer.transport.abort()

    def ticket(self) -> str:
        return json.dumps({"ticket": "t", "expiresIn": 30, "url": f"{self.websocket_url}?ticket=t"})

    async def open_socket(self) -> ServerConnection:
        """Gives the client its ticket and its websocket."""
        (await self.tickets.get()).set_result((201, self.ticket()))
        (await self.upgrades.get()).set_result(True)
        return await self.sockets.get()


@asynccontextmanager
async def scripted_service() -> AsyncIterator[ScriptedService]:
    service = ScriptedService()
    rest = await asyncio.start_server(service.accept_rest, "127.0.0.1", 0)
    sockets = await serve(service.serve_socket, "127.0.0.1", 0, process_request=service.upgrade, open_timeout=None)
    service.rest_url = f"http://127.0.0.1:{_port(rest)}"
    service.websocket_url = f"ws://127.0.0.1:{_port(sockets)}"
    try:
        yield service
    finally:
        service.give_up()
        rest.close()
        sockets.close()
        await sockets.wait_closed()
        service.hang_up()


def _port(server: asyncio.Server | Server) -> int:
    port: int = next(iter(server.sockets)).getsockname()[1]
    return port
