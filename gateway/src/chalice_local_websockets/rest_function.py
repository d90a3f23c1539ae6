"""The REST function: Chalice's own local gateway, which turns a request into a call of the app's view."""

import base64
from collections.abc import Mapping
from typing import TypedDict, cast
from urllib.parse import unquote

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LambdaEventConverter, LocalGateway, LocalGatewayException, RouteMatcher

from chalice_local_websockets.events import Json
from chalice_local_websockets.invocation import NoSuchRoute, RestRequest, RestResponse


class RestFunction:
    """Chalice's `LocalGateway`, which does routing, CORS and authorizers, without its HTTP server."""

    def __init__(self, app: Chalice, time_limit: float) -> None:
        config = Config(config_from_disk={"lambda_timeout": int(time_limit)})
        self._gateway = LocalGateway(app, config)
        self._events = _EventConverter(RouteMatcher(list(app.routes)), app.api.binary_types)
        self._events.routes = app.routes
        self._gateway.event_converter = self._events

    def __call__(self, request: RestRequest) -> RestResponse | NoSuchRoute:
        self._events.request = request
        try:
            response = self._gateway.handle_request(request.method, request.path, request.headers, request.body or None)
        except _NoRouteError:
            return NoSuchRoute()
        except LocalGatewayException as refusal:  # an authorizer's 401, 403 or 500
            return RestResponse(refusal.CODE, list(refusal.headers.items()), refusal.body or b"")
        return _rest_response(cast("_ProxyResponse", response))


class _NoRouteError(Exception):
    """No route matches. LocalGateway would handle a ValueError itself, and echo the Authorization header."""


class _EventConverter(LambdaEventConverter):
    """Builds Chalice's event, and replaces made-up or missing values with those of the real request."""

    request: RestRequest  # one invocation at a time
    routes: Mapping[str, Mapping[str, object]]

    def create_lambda_event(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Json:
        if path.startswith("//") or ";" in path.partition("?")[0]:
            raise _NoRouteError  # urllib takes them for a host and for parameters; to API Gateway they are other paths
        try:
            event: Json = super().create_lambda_event(method, path, headers, body)
        except ValueError:
            raise _NoRouteError from None
        context = cast("Json", event["requestContext"])
        if method not in self.routes[str(context["resourcePath"])]:
            raise _NoRouteError  # API Gateway treats an unknown method as an unknown route, and never sends a 405
        context["requestId"] = self.request.request_id
        context["identity"] = {"sourceIp": self.request.source_ip, "userAgent": headers.get("user-agent")}
        captured = cast("dict[str, str]", event["pathParameters"])
        event["pathParameters"] = {name: unquote(value) for name, value in captured.items()}
        return event


class _ProxyResponse(TypedDict, total=False):
    """The response of a Lambda proxy integration, as Chalice builds it."""

    statusCode: int
    headers: dict[str, str]
    multiValueHeaders: dict[str, list[str]]
    body: str | None
    isBase64Encoded: bool


def _rest_response(response: _ProxyResponse) -> RestResponse:
    headers = list(response["headers"].items())
    headers += [(name, value) for name, values in response["multiValueHeaders"].items() for value in values]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    body = response["body"] or ""
    decoded = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    return RestResponse(response["statusCode"], headers, decoded)
