"""GET /api/conversations, and the websocket actions `message:read` and `typing`."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.frames import MessageReadFrame, TypingFrame
from chalicelib.models.requests import ConversationsQuery
from chalicelib.models.responses import ConversationsResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/conversations", ConversationsQuery, {200: ConversationsResponse})
def get_conversations(request: HttpRequest[ConversationsQuery]) -> Response:
    """A page of the user's conversations, the newest messages first."""
    return json_response(200, wired().conversations.page(request.credentials, request.input))


def message_read(request: SocketRequest, frame: MessageReadFrame) -> None:
    wired().conversations.mark_read(
        request.identity.credentials, frame.userId, frame.seq, from_socket=request.connection_id
    )


def typing(request: SocketRequest, frame: TypingFrame) -> None:
    wired().conversations.typing(request.identity.credentials, frame.toUserId)
