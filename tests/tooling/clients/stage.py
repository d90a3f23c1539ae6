"""A client of either kind on a scripted service: what may happen to it, and what one sees of its state."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection

from devconnect_client import (
    DevConnectError,
    Disconnected,
    Event,
    Evicted,
    Presence,
    Session,
    SessionEnded,
    Timings,
)
from tests.support.client_kinds import AnyClient, Clients
from tests.tooling.clients.scripted_service import ScriptedService, scripted_service

ADA, BOB = "a" * 24, "b" * 24
RETRY_AFTER = 0.3
"""Seconds."""
PATIENCE = 20.0
TIMINGS = Timings(answer=1.0, first_delay=0.02, longest_delay=0.05, closing=0.1)


@dataclass
class Stage:
    """The client, its service, and the websocket between them."""

    service: ScriptedService
    client: AnyClient
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    socket: ServerConnection | None = None
    retry_in: float = 0.0
    background: asyncio.Task[None] | None = None

    async def open_socket(self) -> None:
        self.socket = await self.service.open_socket()

    async def push(self, text: str) -> None:
        assert self.socket
        await self.socket.send(text)

    async def push_error(self, code: str, **fields: object) -> None:
        await self.push(json.dumps({"event": "error", "error": "No.", "code": code, **fields}))

    async def cut(self) -> None:
        assert self.socket
        self.socket.transport.abort()

    async def next(self, kind: type[Event]) -> Event:
        """Waits for the client's next event of a kind. Raises what the client ends with."""
        while not isinstance(event := await anext(self.client), kind):
            continue
        return event

    async def ending(self) -> DevConnectError | None:
        """Waits until the client has ended, and returns the error that it has ended with."""
        try:
            async for _ in self.client:
                pass
        except DevConnectError as error:
            return error
        return None


@asynccontextmanager
async def staged(clients: Clients) -> AsyncIterator[Stage]:
    """A client that connects. The application closes it where `closing` is set, and at the end of the block."""
    async with clients() as new_client, scripted_service() as service:
        client = new_client(service.rest_url, Session(ADA, "token"), timings=TIMINGS)
        stage = Stage(service, client)
        entered = asyncio.Event()
        using = asyncio.create_task(_use(stage, entered))
        await entered.wait()
        try:
            async with asyncio.timeout(PATIENCE):
                yield stage
        finally:
            if stage.background:
                stage.background.cancel()
            stage.closing.set()
            await using


async def _use(stage: Stage, entered: asyncio.Event) -> None:
    async with stage.client:
        entered.set()
        await stage.closing.wait()


async def _is_open(stage: Stage) -> None:
    """It takes in what is pushed, whatever came before."""
    await stage.push(json.dumps({"event": "presence", "userId": BOB, "online": True, "lastSeenAt": None}))
    await stage.next(Presence)


async def _is_waiting(stage: Stage) -> None:
    event = await stage.next(Disconnected)
    assert isinstance(event, Disconnected)
    stage.retry_in = event.retry_in


async def _is_connecting(stage: Stage) -> None:
    asked = await stage.service.tickets.get()
    stage.service.tickets.put_nowait(asked)


async def _is_logged_out(stage: Stage) -> None:
    assert isinstance(await stage.ending(), SessionEnded)
    assert stage.service.tickets.empty()


async def _is_evicted(stage: Stage) -> None:
    assert isinstance(await stage.ending(), Evicted)
    assert stage.service.tickets.empty()


async def _is_closed(stage: Stage) -> None:
    assert await stage.ending() is None


SEEN: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    "connecting": _is_connecting,
    "open": _is_open,
    "waiting": _is_waiting,
    "logged out": _is_logged_out,
    "evicted": _is_evicted,
    "closed": _is_closed,
}
"""What shows that a client is in a state; each waits for it."""
