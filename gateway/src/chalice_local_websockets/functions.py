"""Calls the functions of app.py in a worker, as Lambda and API Gateway call them."""

import importlib
import traceback
from collections.abc import Callable, Mapping
from typing import cast

from chalice.app import Chalice
from chalice.local import LambdaContext

from chalice_local_websockets.events import Json
from chalice_local_websockets.invocation import (
    Failed,
    Invocation,
    Reply,
    RestRequest,
    WebsocketEvent,
    WebsocketResponse,
)
from chalice_local_websockets.rest_function import RestFunction

Handler = Callable[[Json, LambdaContext], Mapping[str, object]]


class Functions:
    """The REST function and the websocket functions that an app declares."""

    def __init__(self, app: Chalice, time_limit: float) -> None:
        """`time_limit` is the remaining time, in seconds, that a function's context shows when it is called."""
        self._timeout_ms = int(time_limit * 1000)
        self._rest = RestFunction(app, time_limit)
        self._websocket = {key: _handler(route.handler_string) for key, route in app.websocket_handlers.items()}

    @property
    def route_keys(self) -> list[str]:
        """The websocket routes that the app declares, among `$connect`, `$default` and `$disconnect`."""
        return list(self._websocket)

    def call(self, invocation: Invocation) -> Reply:
        """Run one invocation. An exception of the function becomes `Failed`."""
        try:
            if isinstance(invocation, RestRequest):
                return self._rest(invocation)
            return self._call_websocket(invocation)
        except Exception:  # noqa: BLE001 - as in Lambda's runtime, any exception is a reply
            return Failed(traceback.format_exc())

    def _call_websocket(self, event: WebsocketEvent) -> WebsocketResponse:
        context = LambdaContext(event.route_key, memory_size=128, max_runtime_ms=self._timeout_ms)
        context.aws_request_id = event.request_id
        returned = self._websocket[event.route_key](event.event, context)
        headers = cast("dict[str, str]", returned.get("headers") or {})
        subprotocol = next((v for k, v in headers.items() if k.lower() == "sec-websocket-protocol"), None)
        return WebsocketResponse(cast("int", returned["statusCode"]), subprotocol)


def _handler(handler_string: str) -> Handler:
    """Returns what Lambda calls for `app.connect`: the module's attribute, as wrapped by Chalice."""
    module, _, name = handler_string.rpartition(".")
    return cast("Handler", getattr(importlib.import_module(module), name))
