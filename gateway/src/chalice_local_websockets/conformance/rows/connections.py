"""The @connections API."""

import asyncio
import json
import time
from functools import partial

from chalice_local_websockets.conformance import pages
from chalice_local_websockets.conformance.endpoint import ANSWER_SECONDS, NEVER, Endpoint
from chalice_local_websockets.conformance.row import Row, expect
from chalice_local_websockets.limits import MESSAGE_BYTES

_ASKED_EVERY = 0.1


async def _post(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        answer = await endpoint.management.post(await client.connection_id(), "grüße".encode())
        expect(answer.status, 200, "the status")
        expect(await client.receive(), "grüße", "the frame")


async def _get(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        answer = await endpoint.management.get(await client.connection_id())
        expect(answer.status, 200, "the status")
        names = {name[0].lower() + name[1:] for name in json.loads(answer.body)}
        expect(names, {"connectedAt", "identity", "lastActiveAt"}, "the set of names")


async def _delete(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        answer = await endpoint.management.delete(await client.connection_id())
        expect(answer.status, 204, "the status")
        expect(await client.close_code() != NEVER, True, "that it was closed")


async def _gone(method: str, endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        connection_id = await client.connection_id()
    deadline = time.monotonic() + ANSWER_SECONDS  # the other side may take a moment to see it
    while (answer := await endpoint.management.send(method, connection_id)).status != 410:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(_ASKED_EVERY)
    expect(answer.status, 410, "the status")
    expect(answer.error_type, "GoneException", "x-amzn-ErrorType")


async def _largest(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        text = "x" * MESSAGE_BYTES
        answer = await endpoint.management.post(await client.connection_id(), text.encode())
        expect(answer.status, 200, "the status")
        expect(len(await client.receive()), len(text), "the length of the message")


async def _too_large(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        answer = await endpoint.management.post(await client.connection_id(), b"x" * (MESSAGE_BYTES + 1))
        expect(answer.status, 413, "the status")
        expect(answer.error_type, "PayloadTooLargeException", "x-amzn-ErrorType")


async def _too_early(endpoint: Endpoint) -> None:
    # The app refuses the upgrade with a 403 if its push was a 410, accepts it if the push arrived, and else raises.
    expect(await endpoint.refusal("?push=1"), 403, "the status of the upgrade")


ROWS = (
    Row(name="POST", sentence="A POST is a 200, and its data a text frame.", page=pages.CONNECTIONS, check=_post),
    Row(
        name="GET",
        sentence="A GET tells connectedAt, identity and lastActiveAt.",
        page=pages.MANAGEMENT,
        check=_get,
    ),
    Row(
        name="DELETE",
        sentence="A DELETE is a 204, and the connection is closed.",
        page=pages.CONNECTIONS,
        check=_delete,
    ),
    *(
        Row(
            name=f"{method} when it is gone",
            sentence=f"A {method} for a closed connection is a 410, and x-amzn-ErrorType says GoneException.",
            page=pages.MANAGEMENT,
            check=partial(_gone, method),
        )
        for method in ("POST", "GET", "DELETE")
    ),
    Row(name="128 KB push", sentence="A POST of 128 KB is delivered.", page=pages.QUOTAS, check=_largest),
    Row(
        name="larger push",
        sentence="A POST of 128 KB and one byte is a 413, PayloadTooLargeException.",
        page=pages.MANAGEMENT,
        check=_too_large,
    ),
    Row(
        name="push before the upgrade",
        sentence="A POST to a connection whose `$connect` has not returned is a 410.",
        page=pages.GONE,
        check=_too_early,
    ),
)
