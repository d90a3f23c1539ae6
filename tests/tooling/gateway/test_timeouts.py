"""API Gateway's time-outs, which are made short here."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from chalice_local_websockets.limits import Timeouts
from chalice_local_websockets.server import Gateway
from infra.local.gateway.devconnect import devconnect_gateway
from tests.tooling.gateway.running import PROBE


@pytest.fixture(autouse=True)
def _probe_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_DIR", str(tmp_path))


def with_gateway(timeouts: Timeouts, scenario: Callable[[Gateway], Awaitable[None]]) -> None:
    async def run() -> None:
        gateway = devconnect_gateway(PROBE, workers=1, reload=False, timeouts=timeouts)
        await gateway.start()
        try:
            async with asyncio.timeout(10):
                await scenario(gateway)
        finally:
            await gateway.stop()

    asyncio.run(run())


def test_a_function_that_takes_too_long_is_a_503_and_an_error_frame() -> None:
    async def scenario(gateway: Gateway) -> None:
        async with httpx.AsyncClient(base_url=gateway.rest_url) as rest:
            answer = await rest.get("/api/wait?path=/nowhere")
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert (await rest.get("/api/version")).status_code == 200
        async with connect(gateway.websocket_url) as client:
            await client.send(json.dumps({"do": "push-after", "path": "/nowhere"}))
            assert json.loads(await client.recv())["message"] == "Internal server error"

    with_gateway(Timeouts(integration=0.3), scenario)


@pytest.mark.parametrize("timeouts", [Timeouts(idle=0.1), Timeouts(lifetime=0.1)])
def test_an_idle_or_old_connection_is_closed_with_1001(timeouts: Timeouts) -> None:
    async def scenario(gateway: Gateway) -> None:
        async with connect(gateway.websocket_url) as client:
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
        assert closed.value.rcvd
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "Going away")

    with_gateway(timeouts, scenario)
