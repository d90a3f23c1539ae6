"""GET /api/feed."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import PeopleQuery
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/feed")
def get_feed(request: HttpRequest) -> Response:
    return json_response(200, wired().feed.page(request.credentials, request.query(PeopleQuery)))
