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
        expect(await client.connection_id(), connection_id, "the connection afterwards")


ROWS = (
    Row(
        name="error frame",
        sentence="A function that raises is a frame, Internal server error, with both ids; the connection stays open.",
        page=pages.REPORTED,
        check=_frame,
    ),
)
