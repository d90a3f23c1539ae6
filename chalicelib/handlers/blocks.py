"""POST and DELETE /api/blocks/{userId}."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, expect_no_body, no_content, route, user_id_in_path
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/blocks/{userId}")
def post_block(request: HttpRequest, userId: str) -> Response:  # noqa: N803 - the path's own name
    expect_no_body(request)
    wired().blocks.block(request.credentials, user_id_in_path(userId))
    return no_content()


@route(blueprint, "DELETE", "/api/blocks/{userId}")
def delete_block(request: HttpRequest, userId: str) -> Response:  # noqa: N803 - the path's own name
    expect_no_body(request)
    wired().blocks.unblock(request.credentials, user_id_in_path(userId))
    return no_content()
