"""This package's own gateway as the endpoint, in this process, so that its clock can be moved."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chalice_local_websockets import credentials
from chalice_local_websockets.clock import MovedClock
from chalice_local_websockets.conformance.endpoint import Endpoint
from chalice_local_websockets.conformance.management import Management
from chalice_local_websockets.server import Gateway

_HERE = Path(__file__).parent
_STAGE = "api"


@asynccontextmanager
async def own_endpoint() -> AsyncIterator[Endpoint]:
    """Serve the suite's apps on free ports of the loopback."""
    clock = MovedClock()
    gateway = _gateway(_HERE / "app", clock)
    without_default = _gateway(_HERE / "app_without_default", clock)
    try:
        await gateway.start()
        await without_default.start()
        yield Endpoint(
            url=f"{gateway.websocket_url}/{_STAGE}",
            management=Management(f"{gateway.connections_url}/{_STAGE}"),
            without_default=f"{without_default.websocket_url}/{_STAGE}",
            clock=clock,
        )
    finally:
        await without_default.stop()
        await gateway.stop()


def _gateway(app_dir: Path, clock: MovedClock) -> Gateway:
    environment = credentials.where_there_are_none(os.environ)
    return Gateway(app_dir, stage=_STAGE, workers=1, reload=False, clock=clock, environment=environment)
