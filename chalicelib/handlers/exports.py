"""GET and POST /api/export."""

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound
from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import Empty
from chalicelib.models.responses import ExportResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/export", Empty, {200: ExportResponse}, raises=(NotFound,))
def get_export(request: HttpRequest[Empty]) -> Response:
    """What became of the user's last request for an export, and the link to its file."""
    return json_response(200, wired().exports.last(request.credentials))


@route(blueprint, "POST", "/api/export", Empty, {202: ExportResponse}, raises=(NotFound,))
def post_export(request: HttpRequest[Empty]) -> Response:
    """Ask for everything of the user, as a file of JSON lines; once a day."""
    return json_response(202, wired().exports.ask(request.credentials))
