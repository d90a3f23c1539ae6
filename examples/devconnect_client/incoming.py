"""Reads the frames that arrive: whatever comes over the network is looked at before it is believed."""

import json
from collections.abc import Callable, Mapping

from examples.devconnect_client.events import Json

Check = Callable[[object], bool]
"""Says whether a value of JSON is of a kind."""

UNREADABLE = "unreadable"
"""The event of a frame that is passed over, as one of a type that this client does not know."""


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_seq(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _object(shape: Mapping[str, Check]) -> Check:
    """The fields that an object must have; it may have others."""
    return lambda value: isinstance(value, dict) and all(check(value.get(name)) for name, check in shape.items())


def _list(shape: Mapping[str, Check]) -> Check:
    return lambda value: isinstance(value, list) and all(map(_object(shape), value))


_ACK: Mapping[str, Check] = {"clientMessageId": _is_text, "messageId": _is_text, "seq": _is_seq, "ts": _is_text}
_MESSAGE: Mapping[str, Check] = {
    **dict.fromkeys(("messageId", "fromUserId", "toUserId", "message", "ts"), _is_text),
    "seq": _is_seq,
    **dict.fromkeys(("replyTo", "change"), _optional(_is_seq)),
    "editedAt": _optional(_is_text),
    "deleted": _optional(_is_truth),
    "reactions": _optional(_object({})),
}
_STATE: Mapping[str, Check] = {"userId": _is_text, "online": _is_truth, "lastSeenAt": _optional(_is_text)}
_ERROR: Mapping[str, Check] = {
    **dict.fromkeys(("error", "code", "action", "clientMessageId"), _optional(_is_text)),
    "retryAfter": _optional(_is_amount),
    "fields": _optional(_object({})),
}
_SHAPES: Mapping[str, Mapping[str, Check]] = {
    "ack": _ACK,
    "acks": {"acks": _list(_ACK), "errors": _list(_ERROR)},
    "conversation:request": {"userId": _is_text, "status": _is_text},
    "error": _ERROR,
    "message:changed": _MESSAGE,
    "message:read": {"conversationId": _is_text, "userId": _is_text, "seq": _is_seq},
    "notification": dict.fromkeys(("notificationId", "type", "fromUserId", "text", "createdAt"), _is_text),
    "presence": _STATE,
    "presence:state": _STATE,
    "private-message": _MESSAGE,
    "private-messages": {"messages": _list(_MESSAGE)},
    "registered": {"expiresIn": _is_amount},
    "sync": {
        "userId": _is_text,
        "messages": _list(_MESSAGE),
        "complete": _is_truth,
        "changed": _optional(_list(_MESSAGE)),
        "lastChange": _optional(_is_amount),
    },
    "typing": {"userId": _is_text},
}


def read_frame(text: str | bytes) -> Json:
    """Returns the frame that was received; one with the event UNREADABLE for whatever the protocol does not have.

    That is text that is no JSON object, or one whose fields are missing or of other types.
    """
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return {"event": UNREADABLE}
    if not isinstance(frame, dict) or not isinstance(event := frame.get("event", ""), str):
        return {"event": UNREADABLE}
    return frame if _object(_SHAPES.get(event, {}))(frame) else {"event": UNREADABLE}
