"""GET /api/feed."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import PeopleQuery
from chalicelib.models.responses import FeedResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/feed", PeopleQuery, {200: FeedResponse})
def get_feed(request: HttpRequest[PeopleQuery]) -> Response:
    """Users whom this user has not met yet, the newest accounts first."""
    return json_response(200, wired().feed.page(request.credentials, request.input))
