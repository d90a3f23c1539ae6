"""POST and DELETE /api/blocks/{userId}."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Conflict, NotFound
from chalicelib.handlers.http import HttpRequest, no_content, route, user_id_in_path
from chalicelib.models.requests import Empty
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/blocks/{userId}", Empty, {204: None}, raises=(NotFound, Conflict))
def post_block(request: HttpRequest[Empty], userId: str) -> Response:  # noqa: N803 - the path's own name
    """Block a user, who can then neither write to this user nor connect, and sees them offline."""
    wired().blocks.block(request.credentials, user_id_in_path(userId))
    return no_content()


@route(blueprint, "DELETE", "/api/blocks/{userId}", Empty, {204: None}, raises=(NotFound,))
def delete_block(request: HttpRequest[Empty], userId: str) -> Response:  # noqa: N803 - the path's own name
    """Unblock a user."""
    wired().blocks.unblock(request.credentials, user_id_in_path(userId))
    return no_content()
