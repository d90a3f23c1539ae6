"""POST /api/websocket-ticket: how a browser, which can set no header, opens its websocket."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import Empty
from chalicelib.models.responses import TicketResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/websocket-ticket", Empty, {201: TicketResponse})
def post_ticket(request: HttpRequest[Empty]) -> Response:
    """A ticket that opens one websocket, for who can set no header."""
    return json_response(201, wired().socket_lifecycle.ticket(request.credentials))
