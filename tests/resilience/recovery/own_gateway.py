"""A test's own gateway beside the shared system, which the test may kill or freeze, and whose code it may edit."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from devconnect_client import Timings
from infra.local.ports import free_port
from tests.resilience.recovery.devices import QUICK, Party, party
from tests.resilience.recovery.scene import People
from tests.support.client_kinds import Clients
from tests.tooling.gateway.running import Running, running

PYTHON_FIRST = pytest.mark.parametrize(
    "clients", ["python", pytest.param("typescript", marks=pytest.mark.faults)], indirect=True
)
"""For tests that take long to start a service: they run with the Python client, and with both in `make faults`."""


class OwnGateway:
    """A gateway whose addresses stay the same, however often it is started."""

    def __init__(self, app_dir: Path, scratch: Path, environment: Mapping[str, str]) -> None:
        rest_port, websocket_port = free_port(), free_port()
        self.rest_url = f"http://127.0.0.1:{rest_port}"
        self.websocket_url = f"ws://127.0.0.1:{websocket_port}"
        self.app_dir = app_dir
        self.scratch = scratch
        self._arguments = ("--rest-port", str(rest_port), "--websocket-port", str(websocket_port))
        self._environment = {**environment, "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{websocket_port}"}

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Starts the gateway, and blocks until it answers. Raises AssertionError where it does not start."""
        with running(self.app_dir, self.scratch, *self._arguments, environment=self._environment) as started:
            yield started


def talk_through(
    clients: Clients,
    gateway: OwnGateway,
    people: People,
    scenario: Callable[[Party, Running], Awaitable[None]],
    timings: Timings = QUICK,
) -> None:
    async def run(running: Running) -> None:
        ada, bob = people
        urls = {"rest_url": gateway.rest_url, "websocket_url": gateway.websocket_url}
        async with party(clients, ada, bob, **urls, timings=timings) as group:
            group.all_say()
            await scenario(group, running)
            await group.is_whole()

    with gateway.running() as running:
        asyncio.run(run(running))
