"""The few words of ASGI that the gateway's faces speak.

Source: the ASGI specification, "HTTP & WebSocket ASGI Message Format".
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Required, TypedDict

from infra.local.gateway.answers import Answer


class Scope(TypedDict):
    """A request or an upgrade. Header names are in lower case."""

    type: str
    method: str  # of "http" alone
    path: str
    raw_path: bytes
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    client: tuple[str, int] | None


class Received(TypedDict, total=False):
    """What `receive` gives, of every type that the faces handle."""

    type: Required[str]
    body: bytes
    more_body: bool
    text: str | None
    code: int
    reason: str | None


Receive = Callable[[], Awaitable[Received]]
Send = Callable[[Mapping[str, object]], Awaitable[None]]


class BodyTooLargeError(Exception):
    """The request's body has more bytes than its face takes."""


class BodyCutOffError(Exception):
    """The client left before its body was complete; nobody is there to be answered."""


def headers(scope: Scope) -> list[tuple[str, str]]:
    """The headers as text, in their order (RFC 9110, 5.5: ISO-8859-1 is what an opaque byte decodes to)."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]


def source_ip(scope: Scope) -> str:
    """The peer's address; no header is believed."""
    return scope["client"][0] if scope["client"] else ""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The request's whole body.

    :raises BodyTooLargeError: above `limit` bytes, and before they are read where the request says so itself.
    :raises BodyCutOffError: when the client disconnects before the end.
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


async def respond(send: Send, answer: Answer) -> None:
    """Send a whole HTTP answer."""
    await _respond(send, answer, "http.response")


async def refuse_upgrade(send: Send, answer: Answer) -> None:
    """Answer a websocket's upgrade with an HTTP status instead of 101."""
    await _respond(send, answer, "websocket.http.response")


async def _respond(send: Send, answer: Answer, message_type: str) -> None:
    fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status not in {204, 304}:  # RFC 9110, 8.6
        fields.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": f"{message_type}.start", "status": answer.status, "headers": fields})
    await send({"type": f"{message_type}.body", "body": answer.body})
