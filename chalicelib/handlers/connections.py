"""POST /api/connections/{userId} and /api/connections/requests/{userId}, GET /api/connections[/requests]."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Blocked, Conflict, NotFound, Unverified
from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.models.requests import ConnectionReply, ConnectionRequest, PeopleQuery
from chalicelib.models.responses import ConnectionRequestsResponse, ConnectionResponse, ConnectionsResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(
    blueprint,
    "POST",
    "/api/connections/{userId}",
    ConnectionRequest,
    {201: ConnectionResponse, 200: ConnectionResponse},
    raises=(NotFound, Blocked, Unverified, Conflict),
)
def post_connection(request: HttpRequest[ConnectionRequest], userId: str) -> Response:  # noqa: N803 - the path's own name
    """Express interest in connecting with a user, or ignore them. 200 if it is a repeat, or accepts a request."""
    to_user_id, status = user_id_in_path(userId), request.input.status
    move = wired().connections.request(request.credentials, to_user_id, status)
    return json_response(201 if move.is_new else 200, ConnectionResponse(userId=to_user_id, status=move.status))


@route(
    blueprint,
    "POST",
    "/api/connections/requests/{userId}",
    ConnectionReply,
    {200: ConnectionResponse},
    raises=(NotFound, Blocked, Conflict),
)
def answer_request(request: HttpRequest[ConnectionReply], userId: str) -> Response:  # noqa: N803 - the path's own name
    """Answer a user's request to connect."""
    from_user_id, status = user_id_in_path(userId), request.input.status
    wired().connections.answer(request.credentials, from_user_id, status)
    return json_response(200, ConnectionResponse(userId=from_user_id, status=status))


@route(blueprint, "GET", "/api/connections", PeopleQuery, {200: ConnectionsResponse})
def get_connections(request: HttpRequest[PeopleQuery]) -> Response:
    """The users who are connected with this one, the newest requests first."""
    return json_response(200, wired().connections.accepted(request.credentials, request.input))


@route(blueprint, "GET", "/api/connections/requests", PeopleQuery, {200: ConnectionRequestsResponse})
def get_requests(request: HttpRequest[PeopleQuery]) -> Response:
    """The users who wait for this user's answer, the newest requests first."""
    return json_response(200, wired().connections.requests(request.credentials, request.input))
