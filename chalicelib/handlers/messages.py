"""POST /api/messages and /api/messages/batch, GET /api/messages/{userId}, and the websocket actions `private-message`,
`private-messages` and `sync`."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Blocked, Conflict, ConnectionsOnly, NotFound, Unanswered, Unverified
from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.frames import PrivateMessageFrame, PrivateMessagesFrame, SyncFrame
from chalicelib.models.requests import Batch, HistoryQuery, SendMessage
from chalicelib.models.responses import AcksResponse, HistoryResponse, SentResponse
from chalicelib.services.messages import acknowledgements
from chalicelib.stores.message_commits import Draft, new_client_message_id
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(
    blueprint,
    "POST",
    "/api/messages",
    SendMessage,
    {201: SentResponse, 200: SentResponse},
    raises=(NotFound, Blocked, ConnectionsOnly, Unanswered, Unverified, Conflict),
)
def send_message(request: HttpRequest[SendMessage]) -> Response:
    """Send a message. 200, with the first response, if its clientMessageId was sent before."""
    body = request.input
    sent = wired().messages.send(
        request.credentials,
        to_user_id=body.toUserId,
        draft=Draft(body.message, body.clientMessageId or new_client_message_id(), body.replyTo),
    )
    message = sent.message
    response = SentResponse(
        messageId=message.messageId, conversationId=message.conversationId, seq=message.seq, ts=message.ts
    )
    return json_response(201 if sent.is_new else 200, response)


@route(blueprint, "POST", "/api/messages/batch", Batch, {200: AcksResponse}, raises=(NotFound,))
def send_messages(request: HttpRequest[Batch]) -> Response:
    """Send messages to one user. 200 also where some of them, or all, are refused: the response says so of each."""
    body = request.input
    outcomes = wired().messages.send_all(request.credentials, to_user_id=body.toUserId, drafts=_drafts(body))
    return json_response(200, acknowledgements(outcomes))


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
        draft=Draft(frame.message, frame.clientMessageId, frame.replyTo),
        from_socket=request.connection_id,
        request_id=request.request_id,
    )


def private_messages(request: SocketRequest, frame: PrivateMessagesFrame) -> None:
    """Send messages to one user; `acks` is pushed once they are stored, in parallel with the pushes to others."""
    wired().messages.send_all(
        request.identity.credentials,
        to_user_id=frame.toUserId,
        drafts=_drafts(frame),
        from_socket=request.connection_id,
        request_id=request.request_id,
    )


def sync(request: SocketRequest, frame: SyncFrame) -> None:
    request.reply(*wired().message_sync.missed(request.identity.credentials, frame.conversations))


def _drafts(batch: Batch) -> list[Draft]:
    return [Draft(message.message, message.clientMessageId, message.replyTo) for message in batch.messages]
