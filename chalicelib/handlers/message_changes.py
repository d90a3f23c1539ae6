"""PATCH and DELETE /api/messages/{userId}/{seq}, POST /api/messages/{userId}/{seq}/reaction, and the websocket actions
`message:edit`, `message:delete` and `message:react`."""

import re

from chalice.app import Blueprint, Response

from chalicelib.errors import (
    Blocked,
    Conflict,
    ConnectionsOnly,
    Forbidden,
    NotFound,
    TooLate,
    Unanswered,
    Unverified,
)
from chalicelib.handlers.http import HttpRequest, json_response, route, user_id_in_path
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.frames import MessageDeleteFrame, MessageEditFrame, MessageReactFrame
from chalicelib.models.requests import Empty, MessageEdit, MessageReaction
from chalicelib.models.responses import MessageResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)

_SEQ = re.compile(r"[1-9][0-9]{0,14}")
_MAY_NOT_WRITE = (NotFound, Blocked, ConnectionsOnly, Unanswered, Unverified, Conflict)


@route(
    blueprint,
    "PATCH",
    "/api/messages/{userId}/{seq}",
    MessageEdit,
    {200: MessageResponse},
    raises=(*_MAY_NOT_WRITE, Forbidden, TooLate),
)
def patch_message(request: HttpRequest[MessageEdit], userId: str, seq: str) -> Response:  # noqa: N803 - the path's own
    """Edit a message of one's own, within 15 minutes after it was sent."""
    message = wired().changes_of_messages.edit(
        request.credentials, user_id_in_path(userId), _seq_in_path(seq), request.input.message
    )
    return json_response(200, message)


@route(
    blueprint,
    "DELETE",
    "/api/messages/{userId}/{seq}",
    Empty,
    {200: MessageResponse},
    raises=(NotFound, Forbidden),
)
def delete_message(request: HttpRequest[Empty], userId: str, seq: str) -> Response:  # noqa: N803 - the path's own
    """Delete a message of one's own for both users. It keeps its place, without its text."""
    message = wired().changes_of_messages.delete(request.credentials, user_id_in_path(userId), _seq_in_path(seq))
    return json_response(200, message)


@route(
    blueprint,
    "POST",
    "/api/messages/{userId}/{seq}/reaction",
    MessageReaction,
    {200: MessageResponse},
    raises=_MAY_NOT_WRITE,
)
def post_reaction(request: HttpRequest[MessageReaction], userId: str, seq: str) -> Response:  # noqa: N803 - as above
    """React to a message, or take the reaction back."""
    message = wired().changes_of_messages.react(
        request.credentials, user_id_in_path(userId), _seq_in_path(seq), request.input.reaction
    )
    return json_response(200, message)


def message_edit(request: SocketRequest, frame: MessageEditFrame) -> None:
    wired().changes_of_messages.edit(
        request.identity.credentials,
        frame.userId,
        frame.seq,
        frame.message,
        from_socket=request.connection_id,
        request_id=request.request_id,
    )


def message_delete(request: SocketRequest, frame: MessageDeleteFrame) -> None:
    wired().changes_of_messages.delete(
        request.identity.credentials,
        frame.userId,
        frame.seq,
        from_socket=request.connection_id,
        request_id=request.request_id,
    )


def message_react(request: SocketRequest, frame: MessageReactFrame) -> None:
    wired().changes_of_messages.react(
        request.identity.credentials,
        frame.userId,
        frame.seq,
        frame.reaction,
        from_socket=request.connection_id,
        request_id=request.request_id,
    )


def _seq_in_path(seq: str) -> int:
    """Raises NotFound for what no message has as its seq."""
    if not _SEQ.fullmatch(seq):
        raise NotFound("There is no such message.")
    return int(seq)
