"""The REST API: each request is an invocation of the app's REST function."""

import uuid
from collections.abc import Mapping

from infra.local.gateway.asgi import (
    BodyCutOffError,
    BodyTooLargeError,
    Receive,
    Scope,
    Send,
    headers,
    read_body,
    respond,
    source_ip,
)
from infra.local.gateway.invocation import NoSuchRoute, RestRequest
from infra.local.gateway.lambda_service import FunctionError, LambdaService
from infra.local.gateway.limits import REST_BODY_BYTES
from infra.local.gateway.responses import BODY_TOO_LARGE, NO_SUCH_ROUTE, UNAVAILABLE, Response, readable
from infra.local.pages import Page


class RestApi:
    """An ASGI application."""

    def __init__(self, functions: LambdaService, allowed_origins: str, pages: Mapping[str, Page]) -> None:
        """`allowed_origins` is the parameter AllowedOrigins of the stack, as ALLOWED_ORIGINS has it.

        `pages` are answered by the gateway, {path: page}; no function sees a request for them.
        """
        self._functions = functions
        self._pages = {
            path: Response(
                200, page.text.encode(), (("content-type", page.content_type), ("cache-control", "no-store"))
            )
            for path, page in pages.items()
        }
        origin = allowed_origins.partition(",")[0].strip() or None
        self._no_such_route, self._body_too_large, self._unavailable = (
            readable(response, origin) for response in (NO_SUCH_ROUTE, BODY_TOO_LARGE, UNAVAILABLE)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, REST_BODY_BYTES)
        except BodyCutOffError:
            return
        except BodyTooLargeError:
            response = self._body_too_large
        else:
            page = self._pages.get(scope["path"]) if scope["method"] == "GET" else None
            response = page or await self._invoke(scope, body)
        await respond(send, response)

    async def _invoke(self, scope: Scope, body: bytes) -> Response:
        query = scope["query_string"]
        request = RestRequest(
            request_id=str(uuid.uuid4()),
            method=scope["method"],
            path=(scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1"),
            headers=dict(headers(scope)),
            body=body,
            source_ip=source_ip(scope),
        )
        try:
            response = await self._functions.invoke(request, scope["client"])
        except FunctionError:
            return self._unavailable
        if isinstance(response, NoSuchRoute):
            return self._no_such_route
        return Response(response.status, response.body, tuple(response.headers))
