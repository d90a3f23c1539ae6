"""GET and PATCH /api/profile, GET /api/users/{userId}."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.models.requests import ProfileChange
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/profile")
def get_profile(request: HttpRequest) -> Response:
    return json_response(200, wired().profiles.own(request.credentials))


@route(blueprint, "PATCH", "/api/profile")
def patch_profile(request: HttpRequest) -> Response:
    return json_response(200, wired().profiles.change(request.credentials, request.json(ProfileChange)))


@route(blueprint, "GET", "/api/users/{userId}")
def get_user(request: HttpRequest, userId: str) -> Response:  # noqa: N803 - the path's own name
    return json_response(200, wired().profiles.of(request.credentials, user_id_in_path(userId)))
