"""The page's files, as the local gateway serves them beside the API."""

import asyncio
from pathlib import Path

import httpx

from chalice_local_websockets.asgi import Receive, Scope, Send, respond
from infra.local.gateway.responses import NO_SUCH_ROUTE
from infra.local.gateway.web_page import WebPage

WEBSOCKETS = "ws://127.0.0.1:8001"


async def _api(_scope: Scope, _receive: Receive, send: Send) -> None:
    await respond(send, NO_SUCH_ROUTE)


def served(directory: Path, path: str, method: str = "GET") -> httpx.Response:
    """The answer where the files of `directory` are served beside an API that has no routes."""
    return asyncio.run(_asked(directory, path, method))


async def _asked(directory: Path, path: str, method: str) -> httpx.Response:
    page = WebPage(directory, _api, WEBSOCKETS)
    transport = httpx.ASGITransport(app=page)  # type: ignore[arg-type]  # httpx has a type of its own for a scope
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        return await client.request(method, path)
