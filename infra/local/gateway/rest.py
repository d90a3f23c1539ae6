"""The REST API: each request is an invocation of the app's REST function."""

import uuid

from infra.local.gateway.answers import BODY_TOO_LARGE, NO_SUCH_ROUTE, UNAVAILABLE, Answer
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


class RestApi:
    """An ASGI application."""

    def __init__(self, functions: LambdaService) -> None:
        self._functions = functions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, REST_BODY_BYTES)
        except BodyCutOffError:
            return
        except BodyTooLargeError:
            answer = BODY_TOO_LARGE
        else:
            answer = await self._invoke(scope, body)
        await respond(send, answer)

    async def _invoke(self, scope: Scope, body: bytes) -> Answer:
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
            answer = await self._functions.invoke(request)
        except FunctionError:
            return UNAVAILABLE
        if isinstance(answer, NoSuchRoute):
            return NO_SUCH_ROUTE
        return Answer(answer.status, answer.body, tuple(answer.headers))
