"""POST /api/websocket-ticket: how a browser, which can set no header, opens its websocket."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, expect_no_body, json_response, route
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/websocket-ticket")
def post_ticket(request: HttpRequest) -> Response:
    expect_no_body(request)
    return json_response(201, wired().connecting.ticket(request.credentials))
