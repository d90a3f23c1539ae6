"""GET /api/search."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import SearchQuery
from chalicelib.models.responses import PeopleResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/search", SearchQuery, {200: PeopleResponse})
def get_search(request: HttpRequest[SearchQuery]) -> Response:
    """Other users whose names begin with all words of `q`, and who have all of `skills`, the newest accounts first."""
    return json_response(200, wired().search.page(request.credentials, request.input))
