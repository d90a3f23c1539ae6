"""DevConnect's own gateway: the gateway of any Chalice app, with what surrounds this app on AWS plugged in."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from chalice_local_websockets.asgi import Application, Receive, Scope, Send
from chalice_local_websockets.limits import Timeouts
from chalice_local_websockets.server import API_GATEWAYS, Gateway
from infra.local.gateway import exports, ses
from infra.local.gateway.exports import ExportedFiles, exported_files
from infra.local.gateway.responses import rest_errors
from infra.local.gateway.ses import Ses
from infra.local.gateway.stage import STAGE
from infra.local.gateway.static_pages import StaticPages
from infra.local.gateway.web_page import WebPage
from infra.local.pages import Page


def devconnect_gateway(
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
) -> Gateway:
    """Port 0 picks a free port. Without a `mail_dir` there is no SES, and without a `web_dir` no page; `pages` are
    served beside the app. Raises OSError if a port is in use.
    """

    def around_rest(rest: Application, websocket_url: str) -> Application:
        files = exported_files()
        page_url = os.environ.get("WEBSOCKET_URL") or websocket_url
        served: Application = StaticPages(pages, rest)
        if web_dir:
            served = WebPage(web_dir, served, page_url)
        return _with_exports(files, served) if files else served

    return Gateway(
        app_dir,
        host=host,
        rest_port=rest_port,
        websocket_port=websocket_port,
        stage=STAGE,
        workers=workers,
        max_workers=max_workers,
        reload=reload,
        timeouts=timeouts,
        environment={"AWS_LAMBDA_FUNCTION_NAME": "devconnect-local"},
        rest_errors=rest_errors(os.environ.get("ALLOWED_ORIGINS", "")),
        around_rest=around_rest,
        beside_connections={ses.PATH: Ses(mail_dir)} if mail_dir else {},
    )


def _with_exports(files: ExportedFiles, rest: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        chosen: Application = files if scope["path"].startswith(exports.PATH) else rest
        await chosen(scope, receive, send)

    return serve
