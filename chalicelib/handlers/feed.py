"""GET /api/feed."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import FeedQuery
from chalicelib.models.responses import PeopleResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/feed", FeedQuery, {200: PeopleResponse})
def get_feed(request: HttpRequest[FeedQuery]) -> Response:
    """Users whom this user has not met yet: first those who share most, then the newest accounts."""
    return json_response(200, wired().feed.page(request.credentials, request.input))
