"""The three routes of the websocket API: `$connect`, `$default` (every action) and `$disconnect`."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from chalice.app import WebsocketEvent

from chalicelib.clients.budget import budget
from chalicelib.errors import FLOODING, INTERNAL, BadRequest, DevConnectError, RateLimited, Unauthorized
from chalicelib.handlers.conversations import message_read, typing
from chalicelib.handlers.http import credentials_from
from chalicelib.handlers.message_changes import message_delete, message_edit, message_react
from chalicelib.handlers.messages import private_message, private_messages, sync
from chalicelib.handlers.presence import presence_query, presence_subscribe, presence_unsubscribe, register
from chalicelib.handlers.socket_request import SocketRequest
from chalicelib.models.correlation import correlation
from chalicelib.models.frames import (
    Frame,
    MessageDeleteFrame,
    MessageEditFrame,
    MessageReactFrame,
    MessageReadFrame,
    PresenceQueryFrame,
    PresenceSubscribeFrame,
    PresenceUnsubscribeFrame,
    PrivateMessageFrame,
    PrivateMessagesFrame,
    RegisterFrame,
    SyncFrame,
    TypingFrame,
)
from chalicelib.models.parsing import parse_json, refuse_repeated
from chalicelib.models.pushed import ErrorEvent
from chalicelib.security.tokens import Credentials
from chalicelib.stores.sockets import SocketIdentity
from chalicelib.tracing import traced
from chalicelib.wiring import wired

log = logging.getLogger(__name__)

ACTIONS: Mapping[type[Frame], Callable[[SocketRequest, Any], None]] = {  # Any: each handler takes its own type of frame
    PrivateMessageFrame: private_message,
    PrivateMessagesFrame: private_messages,
    RegisterFrame: register,
    PresenceQueryFrame: presence_query,
    PresenceSubscribeFrame: presence_subscribe,
    PresenceUnsubscribeFrame: presence_unsubscribe,
    SyncFrame: sync,
    MessageReadFrame: message_read,
    MessageEditFrame: message_edit,
    MessageDeleteFrame: message_delete,
    MessageReactFrame: message_react,
    TypingFrame: typing,
}

_FRAME: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


def connect(event: WebsocketEvent) -> dict[str, object]:
    """`$connect`: any status but 2xx refuses the upgrade with that HTTP status."""
    raw = event.to_dict()
    headers = {name.lower(): value for name, value in (raw.get("headers") or {}).items()}
    ticket = (raw.get("queryStringParameters") or {}).get("ticket")
    try:
        with budget():
            wired().socket_lifecycle.connect(event.connection_id, _credentials(ticket, headers), headers.get("origin"))
    except DevConnectError as error:
        return {"statusCode": error.status}
    return {"statusCode": 200}


def message(event: WebsocketEvent) -> None:
    """`$default`: the frame's `action` selects the handler, and every error is reported in an `error` frame."""
    connection_id = event.connection_id
    identity: SocketIdentity | None = None
    try:
        with budget():
            identity = wired().socket_store.identity(connection_id)
            if identity is None:
                # The socket was marked as closed while it lived. Its session may still be open, so no `session:ended`.
                wired().delivery.close_sockets([connection_id])
                return
            _act(SocketRequest(connection_id, identity), event.body)
    except Unauthorized:
        wired().delivery.end_sockets([connection_id])
    except RateLimited as error:
        _refuse(connection_id, identity, error, event.body)
    except DevConnectError as error:
        wired().delivery.reply(connection_id, _error_event(error.body(), event.body))
    except Exception:
        log.exception("An action failed.", extra={"action": "action_failed", "connectionId": connection_id})
        wired().delivery.reply(connection_id, _error_event(INTERNAL, event.body))


def disconnect(event: WebsocketEvent) -> None:
    """`$disconnect`: best effort, as API Gateway may lose or repeat it."""
    try:
        with budget():
            wired().socket_lifecycle.disconnect(event.connection_id)
    except DevConnectError as error:
        log.warning("A socket's end was not noted: %s", error, extra={"action": "disconnect_failed"})


def _act(request: SocketRequest, body: str) -> None:
    """Parse a frame and call its handler. Raises what the handler raises.

    A frame that is not valid counts as `bad-frame`, whoever found out: many are refused before they count otherwise.
    """
    try:
        frame = parse_json(body, _FRAME)
        refuse_repeated(body, "action")
        with traced(frame.traceparent):
            ACTIONS[type(frame)](replace(request, request_id=frame.requestId), frame)
    except BadRequest:
        wired().gate.admit(request.identity.credentials, "bad-frame")
        raise


def _refuse(connection_id: str, identity: SocketIdentity | None, error: RateLimited, body: str) -> None:
    """Report that a limit is exceeded, or close the socket of a user who goes on although frame after frame is refused.

    Never raises.
    """
    closed_for = wired().floods.count_refused(identity.userId) if identity is not None else None
    if closed_for is None:
        wired().delivery.reply(connection_id, _error_event(error.body(), body))
    else:
        last_event = ErrorEvent(error=FLOODING["error"], code=FLOODING["code"], retryAfter=closed_for)
        wired().delivery.end_sockets([connection_id], last_event)


def _credentials(ticket: str | None, headers: dict[str, str]) -> Credentials:
    return credentials_from(headers) if ticket is None else wired().tokens.verify_ticket(ticket)


def _error_event(body: Mapping[str, Any], frame: str) -> ErrorEvent:  # Any: the body of an error from errors.py
    return ErrorEvent(**body, **correlation(frame))
