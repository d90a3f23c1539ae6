"""Reads the frames that arrive: whatever comes over the network is looked at before it is believed."""

import json
from collections.abc import Mapping

from devconnect_client.events import Json
from devconnect_client.shapes import (
    ERROR,
    MESSAGE,
    Shape,
    is_amount,
    is_list,
    is_object,
    is_seq,
    is_text,
    is_truth,
    optional,
)

UNREADABLE = "unreadable"
"""The event of a frame that is passed over, as one of a type that this client does not know."""


_ACK: Shape = {"clientMessageId": is_text, "messageId": is_text, "seq": is_seq, "ts": is_text}
_STATE: Shape = {"userId": is_text, "online": is_truth, "lastSeenAt": optional(is_text)}
_SHAPES: Mapping[str, Shape] = {
    "ack": _ACK,
    "acks": {"acks": is_list(_ACK), "errors": is_list(ERROR)},
    "conversation:request": {"userId": is_text, "status": is_text},
    "error": ERROR,
    "message:changed": MESSAGE,
    "message:read": {"conversationId": is_text, "userId": is_text, "seq": is_seq},
    "notification": dict.fromkeys(("notificationId", "type", "fromUserId", "text", "createdAt"), is_text),
    "presence": _STATE,
    "presence:state": _STATE,
    "private-message": MESSAGE,
    "private-messages": {"messages": is_list(MESSAGE)},
    "registered": {"expiresIn": is_amount},
    "sync": {
        "userId": is_text,
        "messages": is_list(MESSAGE),
        "complete": is_truth,
        "changed": optional(is_list(MESSAGE)),
        "lastChange": optional(is_amount),
    },
    "typing": {"userId": is_text},
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
    return frame if is_object(_SHAPES.get(event, {}))(frame) else {"event": UNREADABLE}
