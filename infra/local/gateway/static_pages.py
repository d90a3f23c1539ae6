"""Pages about the API, which are served at the REST address; no function sees a request for them."""

from collections.abc import Mapping

from chalice_local_websockets.asgi import Application, Receive, Scope, Send, respond
from chalice_local_websockets.responses import Response
from infra.local.pages import Page


class StaticPages:
    """An ASGI application: GET of one of the pages, {path: page}, and everything else by the REST API."""

    def __init__(self, pages: Mapping[str, Page], rest: Application) -> None:
        self._rest = rest
        self._pages = {
            path: Response(
                200, page.text.encode(), (("content-type", page.content_type), ("cache-control", "no-store"))
            )
            for path, page in pages.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self._pages.get(scope["path"]) if scope["method"] == "GET" else None
        if page is None:
            await self._rest(scope, receive, send)
        else:
            await respond(send, page)
