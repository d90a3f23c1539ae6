"""The REST API: each request is an invocation of the app's REST function."""

import uuid

from chalice_local_websockets.asgi import (
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
from chalice_local_websockets.invocation import NoSuchRoute, RestRequest
from chalice_local_websockets.lambda_service import FunctionError, FunctionTimedOutError, LambdaService
from chalice_local_websockets.limits import REST_BODY_BYTES
from chalice_local_websockets.responses import Response, RestErrors


class RestApi:
    """An ASGI application."""

    def __init__(self, functions: LambdaService, errors: RestErrors) -> None:
        self._functions = functions
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, REST_BODY_BYTES)
        except BodyCutOffError:
            return
        except BodyTooLargeError:
            response = self._errors.body_too_large
        else:
            response = await self._invoke(scope, body)
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
        except FunctionTimedOutError:
            return self._errors.timed_out
        except FunctionError:
            return self._errors.failed
        if isinstance(response, NoSuchRoute):
            return self._errors.no_such_route
        return Response(response.status, response.body, tuple(response.headers))
