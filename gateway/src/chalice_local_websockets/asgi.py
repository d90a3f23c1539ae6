"""The part of ASGI that the gateway's APIs use.

Source: the ASGI specification, "HTTP & WebSocket ASGI Message Format".
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Required, TypedDict

from chalice_local_websockets.responses import Response


class Scope(TypedDict):
    """A request or a websocket upgrade. Header names are in lower case."""

    type: str
    method: str  # present for "http" only
    path: str
    raw_path: bytes
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    client: tuple[str, int] | None


class Received(TypedDict, total=False):
    """A message from `receive`, of any type that the gateway's APIs handle."""

    type: Required[str]
    body: bytes
    more_body: bool
    text: str | None
    code: int
    reason: str | None


Receive = Callable[[], Awaitable[Received]]
Send = Callable[[Mapping[str, object]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyTooLargeError(Exception):
    """The request's body is larger than the API's limit."""


class BodyCutOffError(Exception):
    """The client disconnected before its body was complete, so there is nobody to respond to."""


def headers(scope: Scope) -> list[tuple[str, str]]:
    """Returns the headers as text, in their order (RFC 9110, 5.5: opaque bytes are decoded as ISO-8859-1)."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]


def source_ip(scope: Scope) -> str:
    """Returns the peer's address; no header is trusted."""
    return scope["client"][0] if scope["client"] else ""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Returns the request's whole body.

    Raises BodyTooLargeError if it exceeds `limit` bytes, before reading it if Content-Length already says so, and
    BodyCutOffError if the client disconnects before the end.
    """
    if int(dict(scope["headers"]).get(b"content-length", b"0")) > limit:
        raise BodyTooLargeError
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCutOffError
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLargeError
        if not message.get("more_body", False):
            return bytes(body)


async def respond(send: Send, response: Response) -> None:
    """Send a whole HTTP response."""
    await _respond(send, response, "http.response")


async def refuse_upgrade(send: Send, response: Response) -> None:
    """Respond to a websocket upgrade with an HTTP status other than 101."""
    await _respond(send, response, "websocket.http.response")


async def _respond(send: Send, response: Response, message_type: str) -> None:
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.status not in {204, 304}:  # RFC 9110, 8.6
        fields.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": f"{message_type}.start", "status": response.status, "headers": fields})
    await send({"type": f"{message_type}.body", "body": response.body})
