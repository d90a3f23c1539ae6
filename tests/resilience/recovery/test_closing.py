"""A client closes at once, whatever the state of the network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from devconnect_client import ClientClosed, Connected, Session, Timings
from infra.local.running import RunningSystem
from tests.e2e.clients import Person
from tests.resilience.recovery.devices import PATIENCE, QUICK
from tests.resilience.recovery.scene import People
from tests.support.client_kinds import AnyClient, Clients
from tests.support.proxies.troubled import TroubledProxy

LONG = "x" * 32_000
"""A text that nearly fills the longest frame."""


@asynccontextmanager
async def behind_proxy(
    clients: Clients, system: RunningSystem, person: Person, timings: Timings
) -> AsyncIterator[tuple[AnyClient, TroubledProxy]]:
    """Makes a client that is not started yet, and the proxy between it and the service."""
    parts = urlsplit(system.websocket_url)
    assert parts.hostname
    assert parts.port
    async with TroubledProxy(parts.hostname, parts.port, receive_buffer=4096) as proxy, clients() as new_client:
        session = Session(person.user_id, person.token)
        yield new_client(system.rest_url, session, websocket_url=f"ws://127.0.0.1:{proxy.port}", timings=timings), proxy
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_a_client_closes_although_the_server_reads_nothing(
    clients: Clients, system: RunningSystem, people: People
) -> None:
    """The close frame cannot be sent in that case either: it would wait behind the others for ever."""
    ada, _ = people
    timings = replace(QUICK, answer=2 * PATIENCE, heartbeat=2 * PATIENCE, polling=2 * PATIENCE)

    async def scenario() -> None:
        async with behind_proxy(clients, system, ada, timings) as (client, proxy):
            async with asyncio.timeout(PATIENCE):
                async with client:
                    assert isinstance(await anext(client), Connected)
                    proxy.stall()
                    sends = [asyncio.create_task(client.send(f"{number:024x}", LONG)) for number in range(100)]
                    await proxy.is_full()
            for send in sends:
                with pytest.raises(ClientClosed):
                    await send

    asyncio.run(scenario())


def test_a_pending_send_ends_although_the_closing_is_cancelled(
    clients: Clients, system: RunningSystem, people: People
) -> None:
    ada, bob = people

    async def scenario() -> None:
        async with behind_proxy(clients, system, ada, replace(QUICK, closing=PATIENCE)) as (client, proxy):
            leaves = asyncio.Event()

            async def use() -> None:
                async with client:
                    await leaves.wait()

            using = asyncio.create_task(use())
            await client.send(bob.user_id, "Hello")
            proxy.fall_silent()
            sending = asyncio.create_task(client.send(bob.user_id, "Hello?"))
            leaves.set()
            async with asyncio.timeout(PATIENCE / 2):
                while not using.done():
                    using.cancel()
                    await asyncio.sleep(0)
                with pytest.raises(ClientClosed):
                    await sending

    asyncio.run(scenario())
