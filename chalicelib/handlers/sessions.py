"""GET /api/sessions, DELETE /api/sessions/{sessionId}."""

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound
from chalicelib.handlers.cookies import no_cookie
from chalicelib.handlers.http import HttpRequest, expect_no_body, json_response, no_content, route
from chalicelib.models import fields
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/sessions")
def get_sessions(request: HttpRequest) -> Response:
    return json_response(200, wired().session_list.open(request.credentials))


@route(blueprint, "DELETE", "/api/sessions/{sessionId}")
def delete_session(request: HttpRequest, sessionId: str) -> Response:  # noqa: N803 - the path's own name
    expect_no_body(request)
    credentials = request.credentials
    if not fields.SESSION_ID.fullmatch(sessionId):
        raise NotFound("You have no such session.")
    wired().endings.revoke(credentials, sessionId)
    # Where it is another session, this one keeps its cookie.
    return no_content(no_cookie(request.headers) if sessionId == credentials.session_id else None)
