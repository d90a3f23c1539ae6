"""GET /api/conversations[/requests], PATCH /api/conversations/{userId}, POST /api/conversations/requests/{userId}, and
the websocket actions `message:read` and `typing`."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Conflict, NotFound
from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.frames import MessageReadFrame, TypingFrame
from chalicelib.models.requests import (
    ConversationChange,
    ConversationsQuery,
    MessageRequestReply,
    MessageRequestsQuery,
)
from chalicelib.models.responses import ConversationMarksResponse, ConversationsResponse, MessageRequestResponse
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


@route(blueprint, "GET", "/api/conversations/requests", MessageRequestsQuery, {200: ConversationsResponse})
def get_message_requests(request: HttpRequest[MessageRequestsQuery]) -> Response:
    """A page of the conversations that strangers have begun and this user has not accepted, the newest first."""
    return json_response(200, wired().message_requests.page(request.credentials, request.input))


@route(
    blueprint,
    "POST",
    "/api/conversations/requests/{userId}",
    MessageRequestReply,
    {200: MessageRequestResponse},
    raises=(NotFound, Conflict),
)
def answer_message_request(request: HttpRequest[MessageRequestReply], userId: str) -> Response:  # noqa: N803 - the path's own name
    """Accept or ignore what a stranger has written. The sender is told nothing."""
    answered = wired().message_requests.answer(request.credentials, user_id_in_path(userId), request.input.status)
    return json_response(200, answered)


def message_read(request: SocketRequest, frame: MessageReadFrame) -> None:
    wired().conversations.mark_read(
        request.identity.credentials, frame.userId, frame.seq, from_socket=request.connection_id
    )


def typing(request: SocketRequest, frame: TypingFrame) -> None:
    wired().conversations.typing(request.identity.credentials, frame.toUserId)
