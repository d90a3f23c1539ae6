"""How connections end."""

import asyncio
from collections import Counter

from chalice_local_websockets.conformance import pages
from chalice_local_websockets.conformance.endpoint import Client, Endpoint
from chalice_local_websockets.conformance.row import Row, SkippedError, expect

_CLIENTS = 20
_CODE = 4001


async def _close(endpoint: Endpoint, observer_id: str) -> str:
    """Open a websocket and close it; `$disconnect` tells the observer. Returns its connectionId."""
    async with endpoint.client() as client:
        connection_id = await client.connection_id()
        await client.close(_CODE, f"tell {observer_id}")
    return connection_id


async def _told_by(observer: Client, count: int) -> Counter[str]:
    """Returns how often each connection's end was told, after `count` of them and then something else."""
    told: Counter[str] = Counter()
    while len(told) < count:
        told[(await observer.receive_json())["disconnected"]] += 1
    await observer.ask(do="push", text='{"disconnected": ""}')
    while connection_id := (await observer.receive_json())["disconnected"]:
        told[connection_id] += 1
    return told


async def _code_and_reason(endpoint: Endpoint) -> None:
    async with endpoint.client() as observer:
        observer_id = await observer.connection_id()
        await _close(endpoint, observer_id)
        told = await observer.receive_json()
        expect((told["code"], told["reason"]), (_CODE, f"tell {observer_id}"), "code and reason")


async def _once_each(endpoint: Endpoint) -> None:
    async with endpoint.client() as observer:
        observer_id = await observer.connection_id()
        await _close(endpoint, observer_id)
        try:
            await observer.receive()
        except TimeoutError:
            raise SkippedError("`$disconnect` gets no reason, which would name who is to be told of it") from None
        closed = await asyncio.gather(*(_close(endpoint, observer_id) for _ in range(_CLIENTS)))
        expect(await _told_by(observer, _CLIENTS), Counter(closed), "how often each was told")


async def _deleted(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        await endpoint.management.delete(await client.connection_id())
        expect(await client.close_code(), 1000, "the close code")


ROWS = (
    Row(
        name="code and reason",
        sentence="`$disconnect` has the code and the reason of the client's close frame.",
        page=pages.REPORTED_BY_CHALICE,
        check=_code_and_reason,
    ),
    Row(
        name="$disconnect once",
        sentence=f"Of {_CLIENTS} connections that are closed at once, `$disconnect` runs once for each.",
        page=pages.CONNECT_AND_DISCONNECT,
        check=_once_each,
    ),
    Row(
        name="close code of DELETE",
        sentence="A connection that is closed by DELETE is closed with 1000.",
        page=pages.REPORTED_BY_CHALICE,
        check=_deleted,
    ),
)
