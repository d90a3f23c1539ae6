"""What goes between the gateway and a worker: one invocation at a time, one reply to each.

On the wire a message is its length, in four bytes and big-endian, and JSON, which is all that a Lambda
function takes and gives back. `bytes` are base64 in it.
"""

import struct

import msgspec

from infra.local.gateway.events import Json

LENGTH = struct.Struct("!I")


class RestRequest(msgspec.Struct, frozen=True, tag=True):
    """A request for the REST function. `path` is as the client sent it, with its query string."""

    request_id: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    source_ip: str


class WebsocketEvent(msgspec.Struct, frozen=True, tag=True):
    """An event for one of the three websocket functions."""

    request_id: str
    route_key: str
    event: Json


class RestAnswer(msgspec.Struct, frozen=True, tag=True):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class NoSuchRoute(msgspec.Struct, frozen=True, tag=True):
    """No route of the app has this path."""


class WebsocketAnswer(msgspec.Struct, frozen=True, tag=True):
    """What a websocket function returned, but for its body, which no client gets to see."""

    status: int
    subprotocol: str | None


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The function raised; `traceback` is as Python prints it."""

    traceback: str


Invocation = RestRequest | WebsocketEvent
Reply = RestAnswer | NoSuchRoute | WebsocketAnswer | Failed

_invocations: msgspec.json.Decoder[Invocation] = msgspec.json.Decoder(Invocation)
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def encode(message: Invocation | Reply) -> bytes:
    """One message with its length before it."""
    body = msgspec.json.encode(message)
    return LENGTH.pack(len(body)) + body


def decode_invocation(body: bytes) -> Invocation:
    return _invocations.decode(body)


def decode_reply(body: bytes) -> Reply:
    return _replies.decode(body)
