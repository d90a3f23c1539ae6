"""The conformance suite: this gateway holds to each row, and what is no API Gateway does not."""

import asyncio

from click.testing import CliRunner
from websockets.asyncio.server import ServerConnection, serve

from chalice_local_websockets.conformance.__main__ import main
from chalice_local_websockets.conformance.endpoint import Endpoint
from chalice_local_websockets.conformance.management import Management
from chalice_local_websockets.conformance.own import own_endpoint
from chalice_local_websockets.conformance.rows import ROWS
from chalice_local_websockets.conformance.run import Outcome, Result, results


async def of_own() -> list[Result]:
    async with own_endpoint() as endpoint:
        return [result async for result in results(endpoint, ROWS)]


async def echo(websocket: ServerConnection) -> None:
    async for message in websocket:
        await websocket.send(message)


async def of_an_echo_server(*names: str) -> dict[str, str]:
    """Asks the rows of these names; returns what differs."""
    async with serve(echo, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        endpoint = Endpoint(url=f"ws://127.0.0.1:{port}/api", management=Management(f"http://127.0.0.1:{port}/api"))
        rows = [row for row in ROWS if row.name in names]
        return {result.row.name: result.detail async for result in results(endpoint, rows)}


def test_this_gateway_holds_to_every_row() -> None:
    outcomes = {result.row.name: (result.outcome, result.detail) for result in asyncio.run(of_own())}
    assert len(outcomes) == len(ROWS)
    assert outcomes.pop("a route of its own") == (
        Outcome.SKIPPED,
        "the API has no route of its own, as no app of Chalice has",
    )
    assert set(outcomes.values()) == {(Outcome.HOLDS, "")}, outcomes


def test_an_endpoint_that_is_no_api_gateway_differs_and_it_is_said_how() -> None:
    seen = asyncio.run(
        of_an_echo_server("refused with 403", "$default: an unknown action", "subprotocol", "idle", "POST")
    )
    assert seen == {
        "refused with 403": "the upgrade was accepted",
        "subprotocol": "the subprotocol is None, not 'first.v1'",
        "$default: an unknown action": "KeyError: 'requestContext'",
        "POST": "KeyError: 'requestContext'",
        "idle": "its clock cannot be moved",
    }


def test_an_endpoint_without_its_management_endpoint_is_a_usage_error() -> None:
    done = CliRunner().invoke(main, ["--endpoint", "ws://127.0.0.1:9"])
    assert done.exit_code == 2
    assert "--endpoint and --management-endpoint belong together." in done.output
