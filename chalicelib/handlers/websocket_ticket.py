"""POST /api/websocket-ticket: lets a browser, which cannot set headers on a websocket, open one."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import Empty
from chalicelib.models.responses import TicketResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/websocket-ticket", Empty, {201: TicketResponse})
def post_ticket(request: HttpRequest[Empty]) -> Response:
    """A ticket that opens one websocket, for clients that cannot set headers."""
    return json_response(201, wired().socket_lifecycle.ticket(request.credentials))
