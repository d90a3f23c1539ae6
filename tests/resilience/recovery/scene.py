"""Plays scenarios: two users on four devices, whose websockets go through a proxy that the scenario controls."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from infra.local.running import RunningSystem
from tests.e2e.clients import Person
from tests.resilience.recovery.devices import Party, party
from tests.support.client_kinds import Clients
from tests.support.proxies.troubled import TroubledProxy

People = tuple[Person, Person]
Scenario = Callable[[Party, TroubledProxy], Awaitable[None]]


def play(clients: Clients, system: RunningSystem, people: People, scenario: Scenario) -> None:
    """Plays a scenario, after which the conversation must be whole, and no task of the clients may be left."""
    asyncio.run(_played(clients, system, people, scenario))


async def _played(clients: Clients, system: RunningSystem, people: People, scenario: Scenario) -> None:
    websocket = urlsplit(system.websocket_url)
    assert websocket.hostname
    assert websocket.port
    async with TroubledProxy(websocket.hostname, websocket.port) as proxy:
        proxied = f"ws://127.0.0.1:{proxy.port}"
        async with party(clients, *people, rest_url=system.rest_url, websocket_url=proxied) as group:
            await scenario(group, proxy)
            proxy.heal()
            await group.is_whole()
    assert asyncio.all_tasks() == {asyncio.current_task()}, "the clients left a task behind"


Play = Callable[[Scenario], None]
