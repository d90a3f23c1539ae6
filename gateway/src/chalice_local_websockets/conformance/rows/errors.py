"""What a client sees of a function that raises."""

from chalice_local_websockets.conformance import pages
from chalice_local_websockets.conformance.endpoint import Endpoint
from chalice_local_websockets.conformance.row import Row, expect


async def _frame(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        connection_id = await client.connection_id()
        await client.ask(do="raise")
        frame = await client.receive_json()
        expect(frame.get("message"), "Internal server error", "the message")
        expect(frame.get("connectionId"), connection_id, "the connectionId")
        expect(bool(frame.get("requestId")), True, "that there is a requestId")


async def _stays(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        before = await client.connection_id()
        await client.ask(do="raise")
        await client.ask(do="push", text="still here")
        while await client.receive() != "still here":
            pass
        expect(await client.connection_id(), before, "the connection")


ROWS = (
    Row(
        name="error frame",
        sentence="A function that raises is a frame: Internal server error, with connectionId and requestId.",
        page=pages.REPORTED,
        check=_frame,
    ),
    Row(
        name="stays open",
        sentence="The connection stays open after it.",
        page=pages.REPORTED,
        check=_stays,
    ),
)
