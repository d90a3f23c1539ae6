"""How long connections live. The clock is moved; an endpoint whose clock cannot be moved is not asked."""

from chalice_local_websockets.clock import MovedClock
from chalice_local_websockets.conformance import pages
from chalice_local_websockets.conformance.endpoint import NEVER, Endpoint
from chalice_local_websockets.conformance.row import Row, SkippedError, expect

_IDLE = 10 * 60
_LIFETIME = 2 * 60 * 60
_MARGIN = 30


def _clock(endpoint: Endpoint) -> MovedClock:
    if endpoint.clock is None:
        raise SkippedError("its clock cannot be moved")
    return endpoint.clock


async def _idle(endpoint: Endpoint) -> None:
    clock = _clock(endpoint)
    async with endpoint.client() as client:
        await client.connection_id()
        clock.advance(_IDLE)
        expect(await client.close_code() != NEVER, True, "that it was closed")


async def _active(endpoint: Endpoint) -> None:
    clock = _clock(endpoint)
    async with endpoint.client() as client:
        connection_id = await client.connection_id()
        for _ in range(3):
            clock.advance(_IDLE - _MARGIN)
            expect(await client.connection_id(), connection_id, "the connection")


async def _pushed(endpoint: Endpoint) -> None:
    clock = _clock(endpoint)
    async with endpoint.client() as client:
        connection_id = await client.connection_id()
        for _ in range(3):
            clock.advance(_IDLE - _MARGIN)
            await endpoint.management.post(connection_id, b"still there?")
            expect(await client.receive(), "still there?", "the frame")


async def _old(endpoint: Endpoint) -> None:
    clock = _clock(endpoint)
    async with endpoint.client() as client:
        for _ in range(_LIFETIME // (_IDLE - _MARGIN)):
            await client.connection_id()
            clock.advance(_IDLE - _MARGIN)
        await client.connection_id()
        clock.advance(_LIFETIME % (_IDLE - _MARGIN))
        expect(await client.close_code() != NEVER, True, "that it was closed")


ROWS = (
    Row(
        name="idle",
        sentence="A connection that is idle for 10 minutes is closed.",
        page=pages.QUOTAS,
        check=_idle,
    ),
    Row(
        name="active",
        sentence="A message of the client begins the 10 minutes anew.",
        page=pages.QUOTAS,
        check=_active,
    ),
    Row(
        name="pushed to",
        sentence="A message to the client begins the 10 minutes anew.",
        page=pages.QUOTAS,
        check=_pushed,
    ),
    Row(
        name="two hours",
        sentence="A connection that is never idle is closed after 2 hours.",
        page=pages.QUOTAS,
        check=_old,
    ),
)
