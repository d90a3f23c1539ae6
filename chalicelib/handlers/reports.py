"""POST /api/reports."""

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound
from chalicelib.handlers.http import HttpRequest, no_content, route
from chalicelib.models.moderation import Report
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/reports", Report, {204: None}, raises=(NotFound,))
def post_report(request: HttpRequest[Report]) -> Response:
    """Report a user, or a message that they have sent to this one. A repeat changes nothing."""
    wired().reports.report(request.credentials, request.input)
    return no_content()
