"""The messages between the gateway and a worker: one invocation at a time, and one reply to each.

On the wire, a message is its length in four bytes, big-endian, followed by JSON, which is all that a Lambda
function takes and returns. `bytes` are encoded as base64.
"""

import struct

import msgspec

from chalice_local_websockets.events import Json

LENGTH = struct.Struct("!I")


class RestRequest(msgspec.Struct, frozen=True, tag=True):
    """A request for the REST function. `path` is the path as the client sent it, with its query string."""

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


class RestResponse(msgspec.Struct, frozen=True, tag=True):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class NoSuchRoute(msgspec.Struct, frozen=True, tag=True):
    """No route of the app has this path."""


class WebsocketResponse(msgspec.Struct, frozen=True, tag=True):
    """The response of a websocket function, without its body, which no client receives."""

    status: int
    subprotocol: str | None


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The function raised an exception; `traceback` is as Python prints it."""

    traceback: str


Invocation = RestRequest | WebsocketEvent
Reply = RestResponse | NoSuchRoute | WebsocketResponse | Failed

_invocations: msgspec.json.Decoder[Invocation] = msgspec.json.Decoder(Invocation)
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def encode(message: Invocation | Reply) -> bytes:
    """Returns a message with its length in front of it."""
    body = msgspec.json.encode(message)
    return LENGTH.pack(len(body)) + body


def decode_invocation(body: bytes) -> Invocation:
    return _invocations.decode(body)


def decode_reply(body: bytes) -> Reply:
    return _replies.decode(body)
