"""How large frames and messages may be, and of which kind."""

import json
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

from chalice_local_websockets.conformance import pages
from chalice_local_websockets.conformance.endpoint import Client, Endpoint
from chalice_local_websockets.conformance.row import Row, expect
from chalice_local_websockets.limits import FRAME_BYTES, MESSAGE_BYTES


def _padded(size: int) -> str:
    """Returns a message of so many bytes, which is answered with "fits"."""
    message = json.dumps({"do": "push", "text": "fits", "padding": ""})
    return message.replace('"padding": "', '"padding": "' + "x" * (size - len(message)))


async def _send_in_frames(client: Client, message: str) -> None:
    with suppress(ConnectionClosed):  # it may be closed while this is still being sent
        await client.websocket.send([message[i : i + FRAME_BYTES] for i in range(0, len(message), FRAME_BYTES)])


async def _frame_fits(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        await client.websocket.send(_padded(FRAME_BYTES))
        expect(await client.receive(), "fits", "the answer")


async def _frame_too_large(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        await client.websocket.send(_padded(FRAME_BYTES + 1))
        expect(await client.close_code(), 1009, "the close code")


async def _message_fits(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        await _send_in_frames(client, _padded(MESSAGE_BYTES))
        expect(await client.receive(), "fits", "the answer")


async def _message_too_large(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        await _send_in_frames(client, _padded(MESSAGE_BYTES + 1))
        expect(await client.close_code(), 1009, "the close code")


async def _binary(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        await client.websocket.send(b"\x00\x01")
        expect(await client.close_code(), 1003, "the close code")


ROWS = (
    Row(
        name="32 KB frame",
        sentence="A frame of 32 KB is delivered.",
        page=pages.QUOTAS,
        check=_frame_fits,
    ),
    Row(
        name="larger frame",
        sentence="A frame of 32 KB and one byte closes the connection with 1009.",
        page=pages.QUOTAS,
        check=_frame_too_large,
    ),
    Row(
        name="128 KB message",
        sentence="A message of 128 KB in four frames is delivered.",
        page=pages.QUOTAS,
        check=_message_fits,
    ),
    Row(
        name="larger message",
        sentence="A message of 128 KB and one byte closes the connection with 1009.",
        page=pages.MESSAGES,
        check=_message_too_large,
    ),
    Row(
        name="binary frame",
        sentence="A binary frame closes the connection with 1003.",
        page=pages.BINARY,
        check=_binary,
    ),
)
