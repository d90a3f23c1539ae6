"""What happens to a service: its gateway dies, hangs, gets new code, and closes websockets for reasons of its own."""

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

from examples.devconnect_client import Connected, Disconnected
from infra.local.gateway.limits import Timeouts
from infra.local.gateway.server import Gateway
from infra.local.running import RunningSystem
from infra.local.state import CHECKOUT
from tests.resilience.recovery.conftest import Play
from tests.resilience.recovery.devices import QUICK, Party, party
from tests.resilience.recovery.own_gateway import OwnGateway, talk_through
from tests.resilience.recovery.scene import People
from tests.support.proxies.troubled import TroubledProxy
from tests.tooling.gateway.running import Running


def test_a_gateway_that_hangs_and_then_is_killed_and_started_again(gateway: OwnGateway, people: People) -> None:
    with ExitStack() as stack:

        async def scenario(devices: Party, running: Running) -> None:
            running.process.send_signal(signal.SIGSTOP)
            devices.all_say(2)
            await devices.have(Disconnected)
            running.process.send_signal(signal.SIGCONT)
            await devices.is_whole()
            devices.all_say(2)
            running.process.kill()
            devices.all_say(2)
            await devices.have(Disconnected, more_than=3)
            await asyncio.to_thread(stack.enter_context, gateway.running())

        talk_through(gateway, people, scenario)


def test_new_code_goes_unnoticed(gateway: OwnGateway, people: People) -> None:
    async def scenario(devices: Party, running: Running) -> None:
        edited = gateway.app_dir / "chalicelib" / "logs.py"
        edited.write_text(edited.read_text() + "\n# edited\n")
        while not re.search(r"reloaded in \d+ ms", running.output):
            devices.all_say()
            await devices.is_whole()
        devices.all_say()
        await devices.is_whole()
        assert {device.count(Disconnected) for device in devices.devices} == {0}

    # The first answers of new code come late: its workers open their connections.
    talk_through(gateway, people, scenario, replace(QUICK, answer=5.0))


def test_the_longest_that_a_websocket_lives(
    people: People, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hours on AWS, one second here."""
    for name in environment.keys() - {"WEBSOCKET_ENDPOINT"}:
        monkeypatch.setenv(name, environment[name])

    async def run() -> None:
        ada, bob = people
        gateway = Gateway(CHECKOUT, reload=False, timeouts=Timeouts(lifetime=1.0))
        await gateway.start()
        try:
            urls = {"rest_url": gateway.rest_url, "websocket_url": gateway.websocket_url}
            # The first answers come late: the workers open their connections.
            async with party(ada, bob, **urls, timings=replace(QUICK, answer=5.0)) as devices:
                devices.all_say()
                await devices.have(Disconnected)
                devices.all_say()
                lost = [event for event in devices.devices[0].events if isinstance(event, Disconnected)]
                assert all(event.reason.startswith("received 1001") for event in lost), lost
                await devices.is_whole()
        finally:
            await gateway.stop()

    asyncio.run(run())


def test_a_websocket_that_is_closed_without_a_word(
    play: Play,
    people: People,
    system: RunningSystem,
    mongodb: Database[dict[str, Any]],  # Any: BSON
) -> None:
    """1000, as after `session:ended`; but nobody has said that it ended."""

    async def scenario(devices: Party, _proxy: TroubledProxy) -> None:
        devices.all_say()
        user_ids = [person.user_id for person in people]
        async with httpx.AsyncClient(base_url=system.websocket_url.replace("ws", "http", 1)) as management:
            for socket in mongodb.sockets.find({"userId": {"$in": user_ids}, "closedAt": {"$exists": False}}):
                path = f"/@connections/{quote(socket['_id'], safe='')}"
                async with asyncio.timeout(10):
                    while (answer := await management.delete(path)).status_code == 410:  # noqa: ASYNC110 - nothing tells it
                        await asyncio.sleep(0.01)  # it is stored, and still connecting
                assert answer.status_code == 204
        devices.all_say()
        await devices.have(Connected, more_than=1)

    play(scenario)
