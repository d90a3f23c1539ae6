"""POST /api/messages, GET /api/messages/{userId}, and the websocket actions `private-message` and `sync`."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Blocked, Conflict, NotFound, Unanswered
from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.frames import PrivateMessageFrame, SyncFrame
from chalicelib.models.requests import HistoryQuery, SendMessage
from chalicelib.models.responses import HistoryResponse, SentResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(
    blueprint,
    "POST",
    "/api/messages",
    SendMessage,
    {201: SentResponse, 200: SentResponse},
    raises=(NotFound, Blocked, Unanswered, Conflict),
)
def send_message(request: HttpRequest[SendMessage]) -> Response:
    """Send a message. 200, with the first response, if its clientMessageId was sent before."""
    body = request.input
    sent = wired().messages.send(
        request.credentials,
        to_user_id=body.toUserId,
        text=body.message,
        client_message_id=body.clientMessageId,
    )
    message = sent.message
    response = SentResponse(
        messageId=message.messageId, conversationId=message.conversationId, seq=message.seq, ts=message.ts
    )
    return json_response(200 if sent.repeated else 201, response)


@route(blueprint, "GET", "/api/messages/{userId}", HistoryQuery, {200: HistoryResponse}, raises=(NotFound,))
def get_messages(request: HttpRequest[HistoryQuery], userId: str) -> Response:  # noqa: N803 - the path's own name
    """A page of the conversation with a user, ascending by seq."""
    history = wired().messages.history(request.credentials, user_id_in_path(userId), request.input)
    return json_response(200, history)


def private_message(request: SocketRequest, frame: PrivateMessageFrame) -> None:
    """Send a message; `ack` is pushed as soon as it is stored, in parallel with the pushes to other sockets."""
    wired().messages.send(
        request.identity.credentials,
        to_user_id=frame.toUserId,
        text=frame.message,
        client_message_id=frame.clientMessageId,
        from_socket=request.connection_id,
    )


def sync(request: SocketRequest, frame: SyncFrame) -> None:
    request.reply(*wired().message_sync.missed(request.identity.credentials, frame.conversations))
