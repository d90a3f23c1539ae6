"""GET /api/analytics/daily."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import DaysQuery
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/analytics/daily")
def get_daily(request: HttpRequest) -> Response:
    return json_response(200, wired().analytics.daily(request.credentials, request.query(DaysQuery)))
