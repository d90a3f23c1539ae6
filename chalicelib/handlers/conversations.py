"""GET /api/conversations, PATCH /api/conversations/{userId}, and the websocket actions `message:read` and `typing`."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Conflict, NotFound
from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.frames import MessageReadFrame, TypingFrame
from chalicelib.models.requests import ConversationChange, ConversationsQuery
from chalicelib.models.responses import ConversationMarksResponse, ConversationsResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/conversations", ConversationsQuery, {200: ConversationsResponse})
def get_conversations(request: HttpRequest[ConversationsQuery]) -> Response:
    """A page of the user's conversations, the newest messages first."""
    return json_response(200, wired().conversations.page(request.credentials, request.input))


@route(
    blueprint,
    "PATCH",
    "/api/conversations/{userId}",
    ConversationChange,
    {200: ConversationMarksResponse},
    raises=(NotFound, Conflict),
)
def patch_conversation(request: HttpRequest[ConversationChange], userId: str) -> Response:  # noqa: N803 - the path's own name
    """Mute the conversation with a user, or archive it, or take either back. The other user is not told."""
    marks = wired().conversations.change(request.credentials, user_id_in_path(userId), request.input)
    return json_response(200, marks)


def message_read(request: SocketRequest, frame: MessageReadFrame) -> None:
    wired().conversations.mark_read(
        request.identity.credentials, frame.userId, frame.seq, from_socket=request.connection_id
    )


def typing(request: SocketRequest, frame: TypingFrame) -> None:
    wired().conversations.typing(request.identity.credentials, frame.toUserId)
