"""The gateway: its servers, its functions, and the order in which they start and stop."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from infra.local.gateway import exports, ses
from infra.local.gateway.asgi import Receive, Scope, Send
from infra.local.gateway.connections import Connections
from infra.local.gateway.exports import exported_files
from infra.local.gateway.http_server import HttpServer, address, listen
from infra.local.gateway.lambda_service import LambdaService
from infra.local.gateway.limits import Timeouts
from infra.local.gateway.management import ManagementApi
from infra.local.gateway.processes import ImportFailedError
from infra.local.gateway.reload import reload_on_edits
from infra.local.gateway.responses import GOING_AWAY
from infra.local.gateway.rest import RestApi
from infra.local.gateway.ses import Ses
from infra.local.gateway.web_page import WebPage
from infra.local.gateway.websocket import WebsocketApi
from infra.local.pages import Page

DRAIN_SECONDS = 5
API_GATEWAYS = Timeouts()


class Gateway:
    """Serves a directory's Chalice app: REST and exports on one port, websockets, @connections and SES on another."""

    def __init__(
        self,
        app_dir: Path,
        *,
        host: str = "127.0.0.1",
        rest_port: int = 0,
        websocket_port: int = 0,
        mail_dir: Path | None = None,
        pages: Mapping[str, Page] = MappingProxyType({}),
        web_dir: Path | None = None,
        workers: int = 2,
        max_workers: int = 8,
        reload: bool = True,
        timeouts: Timeouts = API_GATEWAYS,
    ) -> None:
        """Port 0 picks a free port. Without a `mail_dir` there is no SES, and without a `web_dir` no page; `pages` are
        served beside the app. Raises OSError if a port is in use.
        """
        self._app_dir = app_dir.resolve()
        self._reload = reload
        self._rest_socket = listen(host, rest_port)
        self._websocket_socket = listen(host, websocket_port)
        self.rest_url = f"http://{address(self._rest_socket)}"
        self.websocket_url = f"ws://{address(self._websocket_socket)}"
        environment = _environment(f"http://{address(self._websocket_socket)}")
        self._functions = LambdaService(
            self._app_dir,
            environment,
            workers=workers,
            max_workers=max_workers,
            time_limit=timeouts.integration,
        )
        self._connections = Connections()
        self._websocket = WebsocketApi(self._functions, self._connections, timeouts)
        self._management = ManagementApi(self._connections)
        self._ses = Ses(mail_dir) if mail_dir else None
        rest = RestApi(self._functions, environment.get("ALLOWED_ORIGINS", ""), pages)
        page_url = environment.get("WEBSOCKET_URL") or self.websocket_url
        self._rest = WebPage(web_dir, rest, page_url) if web_dir else rest
        self._exported_files = exported_files()
        self._rest_server = HttpServer(self._serve_rest_port, websockets=False)
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

    async def _serve_rest_port(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._exported_files and scope["path"].startswith(exports.PATH):
            await self._exported_files(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    async def _serve_websocket_port(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif self._ses and scope["path"] == ses.PATH:
            await self._ses(scope, receive, send)
        else:
            await self._management(scope, receive, send)


def _environment(management_api: str) -> dict[str, str]:
    """Returns the gateway's own environment with the variables that Lambda and the deployed stack add."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    defaults = {"AWS_DEFAULT_REGION": "us-east-1", "WEBSOCKET_ENDPOINT": management_api}
    return {
        **defaults,
        **os.environ,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{python}",  # pymongo switches to polling when it is set
        "AWS_LAMBDA_FUNCTION_NAME": "devconnect-local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",  # workers are copies of a process that has imported app.py
    }
