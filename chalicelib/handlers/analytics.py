"""GET /api/analytics/daily."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Forbidden
from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import DaysQuery
from chalicelib.models.responses import AnalyticsResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/analytics/daily", DaysQuery, {200: AnalyticsResponse}, raises=(Forbidden,))
def get_daily(request: HttpRequest[DaysQuery]) -> Response:
    """Daily counts of events and active users, for administrators."""
    return json_response(200, wired().analytics.daily(request.credentials, request.input))
