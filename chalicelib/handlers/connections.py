"""POST /api/connections/{userId} and /api/connections/requests/{userId}, GET /api/connections[/requests]."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.models.answers import ConnectionAnswer
from chalicelib.models.requests import ConnectionReply, ConnectionRequest, PeopleQuery
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/connections/{userId}")
def post_connection(request: HttpRequest, userId: str) -> Response:  # noqa: N803 - the path's own name
    credentials, to_user_id = request.credentials, user_id_in_path(userId)
    status = request.json(ConnectionRequest).status
    new = wired().connections.request(credentials, to_user_id, status)
    return json_response(201 if new else 200, ConnectionAnswer(userId=to_user_id, status=status))


@route(blueprint, "POST", "/api/connections/requests/{userId}")
def answer_request(request: HttpRequest, userId: str) -> Response:  # noqa: N803 - the path's own name
    credentials, from_user_id = request.credentials, user_id_in_path(userId)
    status = request.json(ConnectionReply).status
    wired().connections.answer(credentials, from_user_id, status)
    return json_response(200, ConnectionAnswer(userId=from_user_id, status=status))


@route(blueprint, "GET", "/api/connections")
def get_connections(request: HttpRequest) -> Response:
    return json_response(200, wired().connections.accepted(request.credentials, request.query(PeopleQuery)))


@route(blueprint, "GET", "/api/connections/requests")
def get_requests(request: HttpRequest) -> Response:
    return json_response(200, wired().connections.requests(request.credentials, request.query(PeopleQuery)))
