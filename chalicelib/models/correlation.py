"""Which frame an error is about: what of a frame is worth reading even where the rest of it is wrong."""

from typing import Annotated, TypedDict

import msgspec
from msgspec import Meta

from chalicelib.errors import BadRequest
from chalicelib.models import fields
from chalicelib.models.parsing import parse_json


class Correlation(TypedDict, total=False):
    """What an `error` frame repeats of the frame it answers."""

    action: str
    clientMessageId: str


class _Unread(msgspec.Struct, frozen=True):
    """The two as they stand in the frame, so that each is judged by itself."""

    action: msgspec.Raw = msgspec.Raw()
    clientMessageId: msgspec.Raw = msgspec.Raw()


_UNREAD = msgspec.json.Decoder(_Unread)
_ACTION = msgspec.json.Decoder(Annotated[str, Meta(max_length=50)])
_CLIENT_MESSAGE_ID = msgspec.json.Decoder(fields.ClientMessageId)


def correlation(frame: str) -> Correlation:
    """Of a frame's `action` and `clientMessageId` those that it has; of what is no JSON object, neither."""
    try:
        unread = parse_json(frame, _UNREAD)
    except BadRequest:
        return {}
    found: Correlation = {}
    if (action := _read(unread.action, _ACTION)) is not None:
        found["action"] = action
    if (client_message_id := _read(unread.clientMessageId, _CLIENT_MESSAGE_ID)) is not None:
        found["clientMessageId"] = client_message_id
    return found


def _read(raw: msgspec.Raw, decoder: msgspec.json.Decoder[str]) -> str | None:
    try:
        return parse_json(bytes(raw), decoder)
    except BadRequest:
        return None
