"""The websocket part of the AsyncAPI document: the frames that are received and the events that are sent."""

from collections.abc import Iterable, Mapping

from chalice_local_websockets.limits import FRAME_BYTES, MESSAGE_BYTES, Timeouts
from chalicelib.errors import (
    FLOODING,
    INTERNAL,
    BadRequest,
    Blocked,
    Conflict,
    ConnectionsOnly,
    DevConnectError,
    Forbidden,
    NotFound,
    RateLimited,
    TooLate,
    Unanswered,
    Unavailable,
    Unverified,
)
from chalicelib.handlers.http import COOKIE
from chalicelib.handlers.websocket import ACTIONS
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
from chalicelib.models.pushed import (
    AckEvent,
    AcksEvent,
    ErrorEvent,
    MessageChangedEvent,
    PresenceStateEvent,
    Pushed,
    RegisteredEvent,
    SyncEvent,
)
from chalicelib.security.tokens import TICKET_LIFETIME
from chalicelib.services.socket_lifecycle import MAX_SOCKETS
from infra.documents import servers as addresses
from infra.documents.components import Components, Json

CHANNEL = "socket"
REQUEST_ID = "requestId"

RESPONSES: Mapping[type[Frame], type[Pushed] | None] = {
    PrivateMessageFrame: AckEvent,
    PrivateMessagesFrame: AcksEvent,
    RegisterFrame: RegisteredEvent,
    PresenceQueryFrame: PresenceStateEvent,
    PresenceSubscribeFrame: PresenceStateEvent,
    PresenceUnsubscribeFrame: None,
    SyncFrame: SyncEvent,
    MessageReadFrame: None,
    MessageEditFrame: MessageChangedEvent,
    MessageDeleteFrame: MessageChangedEvent,
    MessageReactFrame: MessageChangedEvent,
    TypingFrame: None,
}
"""The event that answers each action on success; None if there is no answer."""

ERRORS: tuple[type[DevConnectError], ...] = (
    BadRequest,
    Blocked,
    Conflict,
    ConnectionsOnly,
    Forbidden,
    NotFound,
    RateLimited,
    TooLate,
    Unanswered,
    Unverified,
    Unavailable,
)
"""The errors that an `error` event may describe, besides an internal error."""

GATEWAY_FAILURE = "GatewayFailure"
"""The message that API Gateway itself sends, which has no model here."""

_LIFETIMES = Timeouts()
_DESCRIPTION = f"""Each text frame holds one JSON object. A frame to the server is identified by its `action` and has \
at most {FRAME_BYTES // 1024} KB, a message of several frames at most {MESSAGE_BYTES // 1024} KB. A longer frame \
closes the socket with 1009, a binary frame with 1003, and text that is not UTF-8 with 1007. An event from the server \
is identified by its `event` and has at most {MESSAGE_BYTES // 1024} KB. Frames may be processed concurrently, so \
their answers arrive in any order. A socket is closed after {_LIFETIMES.idle / 60:.0f} minutes without a frame, and \
after {_LIFETIMES.lifetime / 3600:.0f} hours in any case (1001). Where the service closes it with 1000, the last \
event says why: after `session:ended` and `socket:evicted` a client does not reconnect by itself. Integers are written \
without a decimal point. If a name occurs twice in an object and both values are valid, the last one counts; an \
`action` that occurs twice is an error."""

_UPGRADE = f"""The HTTP status of a refused upgrade says why: 401, 403 (the page's origin), 429 (too many connects), \
502, 503 or 504. A user may have {MAX_SOCKETS} open sockets; one more is not refused: it evicts the one that has been \
silent for longest, which is told `socket:evicted`. POST /api/websocket-ticket returns the whole address."""


def servers() -> Json:
    """Returns the servers of the websocket API, by name."""
    security = [{"$ref": f"#/components/securitySchemes/{name}"} for name in security_schemes()]
    return {name: server | {"security": security} for name, server in addresses.websocket(_UPGRADE).items()}


def security_schemes() -> Json:
    seconds = int(TICKET_LIFETIME.total_seconds())
    ticket = f"A ticket from POST /api/websocket-ticket: it opens one socket, within {seconds} seconds."
    return {
        "ticket": {"type": "httpApiKey", "in": "query", "name": "ticket", "description": ticket},
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "cookie": {"type": "httpApiKey", "in": "cookie", "name": COOKIE},
    }


def correlation_ids() -> Json:
    description = "What a client calls its frame: each answer to it, and its error, repeat it."
    return {REQUEST_ID: {"description": description, "location": f"$message.payload#/{REQUEST_ID}"}}


def messages(components: Components) -> Json:
    """Returns a message for each frame and each event, by the name of its model."""
    by_name = {model.__name__: _message(model, components) for model in (*ACTIONS, *_events())}
    by_name[GATEWAY_FAILURE] = _gateway_failure()
    codes = [error.code for error in ERRORS] + [FLOODING["code"], INTERNAL["code"]]
    components.named(ErrorEvent)["properties"]["code"] = {"type": "string", "enum": sorted(codes)}
    return by_name


def channel() -> Json:
    names = [*(model.__name__ for model in (*ACTIONS, *_events())), GATEWAY_FAILURE]
    return {
        "address": "/",
        "title": "A websocket",
        "description": _DESCRIPTION,
        "servers": [{"$ref": f"#/servers/{name}"} for name in servers()],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "ws": {"query": {"type": "object", "properties": {"ticket": {"type": "string"}}}, "bindingVersion": "0.1.0"}
        },
    }


def operations() -> Json:
    """Returns the operations: the frames that the server receives, with their replies, and the events that it sends."""
    received = {
        f"receive-{_tag(frame)}": {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{CHANNEL}"},
            "messages": [_in_channel(frame)],
            "reply": {
                "channel": {"$ref": f"#/channels/{CHANNEL}"},
                "messages": [
                    *(_in_channel(event) for event in (RESPONSES[frame], ErrorEvent) if event is not None),
                    _named_in_channel(GATEWAY_FAILURE),
                ],
            },
        }
        for frame in ACTIONS
    }
    sent = {
        f"send-{_tag(event)}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{CHANNEL}"},
            "messages": [_in_channel(event)],
        }
        for event in _events()
    }
    failed = {
        "action": "send",
        "channel": {"$ref": f"#/channels/{CHANNEL}"},
        "messages": [_named_in_channel(GATEWAY_FAILURE)],
    }
    return received | sent | {"send-gateway-failure": failed}


def _events() -> Iterable[type[Pushed]]:
    return Pushed.__subclasses__()


def _message(model: type[Frame] | type[Pushed], components: Components) -> Json:
    message: Json = {"name": str(model.__struct_config__.tag)}
    if model.__doc__:
        message["summary"] = " ".join(model.__doc__.split())
    if REQUEST_ID in model.__struct_fields__:
        message["correlationId"] = {"$ref": f"#/components/correlationIds/{REQUEST_ID}"}
    return message | {"contentType": "application/json", "payload": components.of(model)}


def _gateway_failure() -> Json:
    properties = {
        "message": {"type": "string", "examples": ["Internal server error"]},
        "connectionId": {"type": "string"},
        "requestId": {"type": "string"},
    }
    return {
        "name": GATEWAY_FAILURE,
        "summary": "API Gateway's own message, without `event`: a function died; it does not say on which frame.",
        "contentType": "application/json",
        "payload": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    }


def _in_channel(model: type[Frame] | type[Pushed]) -> Json:
    return _named_in_channel(model.__name__)


def _named_in_channel(message: str) -> Json:
    return {"$ref": f"#/channels/{CHANNEL}/messages/{message}"}


def _tag(model: type[Frame] | type[Pushed]) -> str:
    return str(model.__struct_config__.tag).replace(":", "-")
