"""Which frame an error is about: the fields of a frame that are read even where the rest of it is wrong.

A frame with several messages is known by the clientMessageId of the first one, and one about a message by its place.
"""

from typing import Annotated, TypedDict, TypeVar

import msgspec
from msgspec import Meta

from chalicelib.errors import BadRequest
from chalicelib.models import fields
from chalicelib.models.parsing import parse_json


class Correlation(TypedDict, total=False):
    """The fields that an `error` frame repeats from the frame that it responds to."""

    action: str
    clientMessageId: str
    userId: str
    seq: int
    requestId: str


class _RawCorrelation(msgspec.Struct, frozen=True):
    """The fields as raw JSON, so that each can be decoded, or be wrong, on its own."""

    action: msgspec.Raw = msgspec.Raw()
    clientMessageId: msgspec.Raw = msgspec.Raw()
    requestId: msgspec.Raw = msgspec.Raw()
    messages: msgspec.Raw = msgspec.Raw()
    userId: msgspec.Raw = msgspec.Raw()
    seq: msgspec.Raw = msgspec.Raw()


_RAW_CORRELATION = msgspec.json.Decoder(_RawCorrelation)
_MESSAGES = msgspec.json.Decoder(list[_RawCorrelation])
_ACTION = msgspec.json.Decoder(Annotated[str, Meta(max_length=50)])
_USER_ID = msgspec.json.Decoder(fields.UserId)
_SEQ = msgspec.json.Decoder(fields.MessageSeq)
_CLIENT_MESSAGE_ID = msgspec.json.Decoder(fields.ClientMessageId)
_REQUEST_ID = msgspec.json.Decoder(fields.RequestId)


def correlation(frame: str) -> Correlation:
    """Return these fields of a frame, each only if it is valid; none if the frame is not a JSON object.

    Its `userId` and `seq` are those of a message: both of them are there, or neither is.
    """
    try:
        raw = parse_json(frame, _RAW_CORRELATION)
    except BadRequest:
        return {}
    result: Correlation = {}
    if (action := _decoded(raw.action, _ACTION)) is not None:
        result["action"] = action
    if (client_message_id := _decoded(raw.clientMessageId or _first(raw.messages), _CLIENT_MESSAGE_ID)) is not None:
        result["clientMessageId"] = client_message_id
    user_id, seq = _decoded(raw.userId, _USER_ID), _decoded(raw.seq, _SEQ)
    if user_id is not None and seq is not None:
        result |= {"userId": user_id, "seq": seq}
    if (request_id := _decoded(raw.requestId, _REQUEST_ID)) is not None:
        result["requestId"] = request_id
    return result


T = TypeVar("T")


def _first(messages: msgspec.Raw) -> msgspec.Raw:
    """Return the raw clientMessageId of the first message, which is empty where there is none."""
    listed = _decoded(messages, _MESSAGES)
    return listed[0].clientMessageId if listed else msgspec.Raw()


def _decoded(raw: msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    try:
        return parse_json(bytes(raw), decoder)
    except BadRequest:
        return None
