"""The upgrade, which `$connect` decides on."""

from functools import partial
from urllib.parse import urlsplit

from chalice_local_websockets.conformance import pages
from chalice_local_websockets.conformance.endpoint import Endpoint, refusal
from chalice_local_websockets.conformance.row import Row, expect

_URL_CHARACTERS = 4096


async def _accepted(endpoint: Endpoint) -> None:
    async with endpoint.client("?name=value") as client:
        await client.connection_id()


async def _refused(status: int, endpoint: Endpoint) -> None:
    expect(await endpoint.refusal(f"?status={status}"), status, "the status")


async def _raises(endpoint: Endpoint) -> None:
    status = await endpoint.refusal("?raise=1")
    expect(status // 100, 5, f"the class of the status {status}")


async def _subprotocol(endpoint: Endpoint) -> None:
    async with endpoint.client(subprotocols=("first.v1", "second.v1")) as client:
        expect(client.websocket.subprotocol, "first.v1", "the subprotocol")


async def _other_stage(endpoint: Endpoint) -> None:
    parts = urlsplit(endpoint.url)
    other = parts._replace(path=parts.path.rpartition("/")[0] + "/no-such-stage").geturl()
    expect(await refusal(other) // 100, 4, "the class of the status")


async def _long_url(endpoint: Endpoint) -> None:
    expect(await endpoint.refusal(f"?x={'x' * _URL_CHARACTERS}") // 100, 4, "the class of the status")


ROWS = (
    Row(
        name="accepted",
        sentence="An upgrade is accepted once `$connect` has returned a 200.",
        page=pages.CONNECT_AND_DISCONNECT,
        check=_accepted,
    ),
    *(
        Row(
            name=f"refused with {status}",
            sentence=f"A `$connect` that returns a {status} refuses the upgrade with it.",
            page=pages.CONNECT_AND_DISCONNECT,
            check=partial(_refused, status),
        )
        for status in (401, 403)
    ),
    Row(
        name="$connect raises",
        sentence="A `$connect` that raises refuses the upgrade, with a 5xx.",
        page=pages.CONNECT_AND_DISCONNECT,
        check=_raises,
    ),
    Row(
        name="subprotocol",
        sentence="`$connect` chooses the subprotocol by the header of its response.",
        page=pages.CONNECT_AND_DISCONNECT,
        check=_subprotocol,
    ),
    Row(
        name="another stage",
        sentence="An upgrade on the path of a stage that does not exist is refused, with a 4xx.",
        page=pages.CANNOT_CONNECT,
        check=_other_stage,
    ),
    Row(
        name="long URL",
        sentence="An upgrade with more than 4,096 characters of URL is refused, with a 4xx.",
        page=pages.QUOTAS,
        check=_long_url,
    ),
)
