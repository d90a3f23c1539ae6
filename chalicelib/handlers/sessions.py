"""GET /api/sessions, DELETE /api/sessions/{sessionId}."""

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound
from chalicelib.handlers.cookies import no_cookie
from chalicelib.handlers.http import HttpRequest, json_response, no_content, route
from chalicelib.models import fields
from chalicelib.models.requests import Empty, SessionsQuery
from chalicelib.models.responses import SessionsResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/sessions", SessionsQuery, {200: SessionsResponse})
def get_sessions(request: HttpRequest[SessionsQuery]) -> Response:
    """The user's open sessions, the newest use first."""
    return json_response(200, wired().session_list.open_sessions(request.credentials, request.input))


@route(blueprint, "DELETE", "/api/sessions/{sessionId}", Empty, {204: None}, raises=(NotFound,), sets_cookie=True)
def delete_session(request: HttpRequest[Empty], sessionId: str) -> Response:  # noqa: N803 - the path's own name
    """End a session of the user, the current one or another; its sockets are told and closed."""
    credentials = request.credentials
    if not fields.SESSION_ID.fullmatch(sessionId):
        raise NotFound("You have no such session.")
    wired().logout.revoke(credentials, sessionId)
    # If another session was ended, the current one keeps its cookie.
    return no_content(no_cookie(request.headers) if sessionId == credentials.session_id else None)
