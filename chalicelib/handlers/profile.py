"""GET and PATCH /api/profile, GET /api/users/{userId}."""

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound
from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.models.requests import Empty, ProfileChange
from chalicelib.models.responses import UserResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/profile", Empty, {200: UserResponse})
def get_profile(request: HttpRequest[Empty]) -> Response:
    """The user's own profile."""
    return json_response(200, wired().profiles.own(request.credentials))


@route(blueprint, "PATCH", "/api/profile", ProfileChange, {200: UserResponse})
def patch_profile(request: HttpRequest[ProfileChange]) -> Response:
    """Change the given fields of the user's profile; null empties an optional field."""
    return json_response(200, wired().profiles.change(request.credentials, request.input))


@route(blueprint, "GET", "/api/users/{userId}", Empty, {200: UserResponse}, raises=(NotFound,))
def get_user(request: HttpRequest[Empty], userId: str) -> Response:  # noqa: N803 - the path's own name
    """Another user's profile."""
    return json_response(200, wired().profiles.of(request.credentials, user_id_in_path(userId)))
