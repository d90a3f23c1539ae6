"""The gateway: its servers, its functions, and the order in which they start and stop."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from chalice_local_websockets import connections_client
from chalice_local_websockets.asgi import Application, Receive, Scope, Send
from chalice_local_websockets.clock import Clock
from chalice_local_websockets.connections import Connections
from chalice_local_websockets.http_server import HttpServer, address, listen
from chalice_local_websockets.lambda_service import LambdaService
from chalice_local_websockets.limits import Timeouts
from chalice_local_websockets.management import ManagementApi
from chalice_local_websockets.processes import ImportFailedError
from chalice_local_websockets.reload import reload_on_edits
from chalice_local_websockets.responses import GOING_AWAY, RestErrors
from chalice_local_websockets.rest import RestApi
from chalice_local_websockets.websocket import WebsocketApi

DRAIN_SECONDS = 5
API_GATEWAYS = Timeouts()
AWS_ERRORS = RestErrors()
WALL_CLOCK = Clock()


class Gateway:
    """Serves a directory's Chalice app: REST on one port, websockets and @connections on another."""

    def __init__(
        self,
        app_dir: Path,
        *,
        host: str = "127.0.0.1",
        rest_port: int = 0,
        websocket_port: int = 0,
        stage: str = "api",
        workers: int = 2,
        max_workers: int = 8,
        reload: bool = True,
        timeouts: Timeouts = API_GATEWAYS,
        clock: Clock = WALL_CLOCK,
        environment: Mapping[str, str] = MappingProxyType({}),
        rest_errors: RestErrors = AWS_ERRORS,
        around_rest: Callable[[Application, str], Application] | None = None,
        beside_connections: Mapping[str, Application] = MappingProxyType({}),
    ) -> None:
        """Port 0 picks a free port. The functions see `environment` besides this process's own.

        `around_rest` is called with the REST API and the address of the websockets, and returns what is served on the
        REST port in its place. `beside_connections` are other services on the websocket port, by path.
        Raises OSError if a port is in use.
        """
        self._app_dir = app_dir.resolve()
        self._reload = reload
        self._rest_socket = listen(host, rest_port)
        self._websocket_socket = listen(host, websocket_port)
        self.rest_url = f"http://{address(self._rest_socket)}"
        self.websocket_url = f"ws://{address(self._websocket_socket)}"
        self.connections_url = f"http://{address(self._websocket_socket)}"
        self._functions = LambdaService(
            self._app_dir,
            {**_environment(self.connections_url), **environment},
            workers=workers,
            max_workers=max_workers,
            time_limit=timeouts.integration,
        )
        self._connections = Connections()
        self._websocket = WebsocketApi(self._functions, self._connections, timeouts=timeouts, stage=stage, clock=clock)
        self._management = ManagementApi(self._connections)
        self._beside_connections = beside_connections
        rest = RestApi(self._functions, rest_errors)
        rest_port_app = around_rest(rest, self.websocket_url) if around_rest else rest
        self._rest_server = HttpServer(rest_port_app, websockets=False)
        self._websocket_server = HttpServer(self._serve_websocket_port, websockets=True)
        self._serving: list[asyncio.Task[None]] = []
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start to serve. Raises ImportFailedError if app.py cannot be imported."""
        if self._reload:  # started before the import, so that no edit is missed in between
            self._watching = asyncio.create_task(reload_on_edits(self._functions, self._app_dir))
        try:
            await self._functions.start()
        except ImportFailedError:
            await self.stop()
            raise
        self._serving = [
            asyncio.create_task(self._rest_server.serve([self._rest_socket])),
            asyncio.create_task(self._websocket_server.serve([self._websocket_socket])),
        ]

    async def stop(self) -> None:
        """Let running invocations finish for a while, then close every connection and end every process.

        The websocket port is served until then, as running invocations may push through it.
        """
        if self._watching:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        self._rest_server.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._functions.drain()
        self._connections.close_all(GOING_AWAY)
        await self._functions.close()
        self._websocket_server.stop()
        await asyncio.gather(*self._serving)
        self._rest_socket.close()
        self._websocket_socket.close()

    async def _serve_websocket_port(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            service = self._beside_connections.get(scope["path"], self._management)
            await service(scope, receive, send)


def _environment(management_api: str) -> dict[str, str]:
    """Returns the gateway's own environment with the variables that Lambda and the deployed stack add."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    defaults = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "WEBSOCKET_ENDPOINT": management_api,
        connections_client.VARIABLE: management_api,
    }
    return {
        **defaults,
        **os.environ,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{python}",  # pymongo switches to polling when it is set
        "AWS_LAMBDA_FUNCTION_NAME": "chalice-local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",  # workers are copies of a process that has imported app.py
    }
