"""Which function gets a message."""

from functools import partial

from chalice_local_websockets.conformance import pages
from chalice_local_websockets.conformance.endpoint import Endpoint, open_websocket
from chalice_local_websockets.conformance.row import Row, SkippedError, expect

_UNROUTED = {
    "an unknown action": '{"action": "no-such-route"}',
    "no action": '{"text": "hello"}',
    "a text that is no JSON": "hello",
    "JSON that is no object": "[1, 2]",
}


async def _default(text: str, endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        await client.websocket.send(text)
        event = await client.receive_json()
        expect(event["requestContext"]["routeKey"], "$default", "the route")
        expect(event["body"], text, "the body")


async def _custom(endpoint: Endpoint) -> None:
    if endpoint.custom_route is None:
        raise SkippedError("the API has no route of its own, as no app of Chalice has")
    async with endpoint.client() as client:
        await client.ask(action=endpoint.custom_route)
        event = await client.receive_json()
        expect(event["requestContext"]["routeKey"], endpoint.custom_route, "the route")


async def _no_default(endpoint: Endpoint) -> None:
    if endpoint.without_default is None:
        raise SkippedError("no API without a $default was named")
    async with open_websocket(endpoint.without_default) as client:
        await client.websocket.send("hello")
        frame = await client.receive_json()
        expect(frame.get("message"), "Forbidden", "the message")
        expect(frame.keys(), {"message", "connectionId", "requestId"}, "the fields")


async def _return_value(endpoint: Endpoint) -> None:
    async with endpoint.client() as client:
        received = []
        for text in ("first", "second"):
            await client.ask(do="push", text=text, body="not for the client")
            received.append(await client.receive())
        expect(received, ["first", "second"], "what was received")


ROWS = (
    *(
        Row(
            name=f"$default: {what}",
            sentence=f"A message with {what} goes to `$default`, as it was sent."
            if "action" in what
            else f"A message of {what} goes to `$default`, as it was sent.",
            page=pages.ROUTES,
            check=partial(_default, text),
        )
        for what, text in _UNROUTED.items()
    ),
    Row(
        name="a route of its own",
        sentence="A message whose action is the key of a route goes there.",
        page=pages.ROUTES,
        check=_custom,
    ),
    Row(
        name="no $default",
        sentence="A message for which there is no route is answered with a frame: Forbidden, with both ids.",
        page=pages.REPORTED,
        check=_no_default,
    ),
    Row(
        name="return value",
        sentence="What a function returns is not sent without a route response.",
        page=pages.ROUTE_RESPONSES,
        check=_return_value,
    ),
)
