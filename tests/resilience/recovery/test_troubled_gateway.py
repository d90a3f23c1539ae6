"""Trouble of a service: its gateway hangs, dies, gets new code, and closes websockets for reasons of its own."""

import asyncio
import re
import signal
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pymongo.database import Database

from chalice_local_websockets.limits import Timeouts
from devconnect_client import Connected, Disconnected
from infra.local.gateway.devconnect import devconnect_gateway
from infra.local.running import RunningSystem
from infra.local.state import CHECKOUT
from tests.resilience.recovery.devices import QUICK, Party, party
from tests.resilience.recovery.own_gateway import PYTHON_FIRST, OwnGateway, talk_through
from tests.resilience.recovery.scene import People, Play
from tests.support.client_kinds import Clients
from tests.support.proxies.troubled import TroubledProxy
from tests.tooling.gateway.running import Running


@PYTHON_FIRST
def test_a_gateway_that_hangs_dies_and_is_started_again_loses_nothing(
    clients: Clients, gateway: OwnGateway, people: People
) -> None:
    with ExitStack() as stack:

        async def scenario(group: Party, running: Running) -> None:
            running.process.send_signal(signal.SIGSTOP)
            group.all_say(2)
            await group.have(Disconnected)
            running.process.send_signal(signal.SIGCONT)
            await group.is_whole()
            group.all_say(2)
            running.process.kill()
            group.all_say(2)
            await group.have(Disconnected, more_than=3)
            await asyncio.to_thread(stack.enter_context, gateway.running())

        talk_through(clients, gateway, people, scenario)


@PYTHON_FIRST
def test_clients_do_not_notice_new_code(clients: Clients, gateway: OwnGateway, people: People) -> None:
    async def scenario(group: Party, running: Running) -> None:
        edited = gateway.app_dir / "chalicelib" / "logs.py"
        edited.write_text(edited.read_text() + "\n# edited\n")
        while not re.search(r"reloaded in \d+ ms", running.output):
            group.all_say()
            await group.is_whole()
        group.all_say()
        await group.is_whole()
        assert {device.count(Disconnected) for device in group.devices} == {0}

    # The first answers of new code are slow, as its workers open their connections.
    talk_through(clients, gateway, people, scenario, replace(QUICK, answer=30.0))


def test_the_end_of_a_websockets_lifetime_loses_nothing(
    clients: Clients, people: People, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A websocket lives for two hours on AWS, and for one second here."""
    for name in environment.keys() - {"WEBSOCKET_ENDPOINT"}:
        monkeypatch.setenv(name, environment[name])

    async def run() -> None:
        ada, bob = people
        gateway = devconnect_gateway(CHECKOUT, reload=False, timeouts=Timeouts(lifetime=1.0))
        await gateway.start()
        try:
            urls = {"rest_url": gateway.rest_url, "websocket_url": gateway.websocket_url}
            # The first answers are slow, as the workers open their connections.
            async with party(clients, ada, bob, **urls, timings=replace(QUICK, answer=30.0)) as group:
                group.all_say()
                await group.have(Disconnected)
                group.all_say()
                lost = [event for event in group.devices[0].events if isinstance(event, Disconnected)]
                assert all("1001" in event.reason for event in lost), lost
                await group.is_whole()
        finally:
            await gateway.stop()

    asyncio.run(run())


def test_a_websocket_closed_without_session_ended_is_opened_again(
    play: Play,
    people: People,
    system: RunningSystem,
    mongodb: Database[dict[str, Any]],  # Any: BSON
) -> None:
    """The close code is 1000, as after `session:ended`, but that event was not pushed."""

    async def scenario(group: Party, _proxy: TroubledProxy) -> None:
        group.all_say()
        user_ids = [person.user_id for person in people]
        async with httpx.AsyncClient(base_url=system.websocket_url.replace("ws", "http", 1)) as management:
            for socket in mongodb.sockets.find({"userId": {"$in": user_ids}, "closedAt": {"$exists": False}}):
                path = f"/@connections/{quote(socket['_id'], safe='')}"
                async with asyncio.timeout(10):
                    while (answer := await management.delete(path)).status_code == 410:  # noqa: ASYNC110 - nothing tells it
                        await asyncio.sleep(0.01)  # it is stored, and still connecting
                assert answer.status_code == 204
        group.all_say()
        await group.have(Connected, more_than=1)

    play(scenario)
