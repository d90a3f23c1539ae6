"""The @connections API, called by boto3's own client from a session of localstack-client."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from localstack_client.session import Session
from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from tests.tooling.gateway.probe_client import connection_id, disconnected
from tests.tooling.gateway.running import Running


class ManagementApi(Protocol):
    """The part of boto3's client that these tests use; boto3 makes its class at run time."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> object: ...  # noqa: N803 - boto3's names
    def get_connection(self, *, ConnectionId: str) -> dict[str, object]: ...  # noqa: N803 - boto3's names
    def delete_connection(self, *, ConnectionId: str) -> object: ...  # noqa: N803 - boto3's names


@pytest.fixture
def api(gateway: Running) -> ManagementApi:
    host = gateway.management_url.removeprefix("http://")
    config = Config(retries={"max_attempts": 0})
    client: ManagementApi = Session(localstack_host=host).client("apigatewaymanagementapi", config=config)
    return client


@pytest.fixture
def client(gateway: Running) -> Iterator[ClientConnection]:
    with connect(gateway.websocket_url) as connected:
        yield connected


def error_of(call: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = call.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_post_reaches_the_client_as_text(api: ManagementApi, client: ClientConnection) -> None:
    api.post_to_connection(ConnectionId=connection_id(client), Data="grüße".encode())
    assert client.recv(timeout=10) == "grüße"


def test_a_client_with_the_stage_in_its_endpoint_works_too(gateway: Running, client: ClientConnection) -> None:
    api = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=f"{gateway.management_url}/v1",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    api.post_to_connection(ConnectionId=connection_id(client), Data=b"staged")
    assert client.recv(timeout=10) == "staged"


def test_get_describes_the_connection(api: ManagementApi, client: ClientConnection) -> None:
    before = datetime.now(UTC)
    answer = api.get_connection(ConnectionId=connection_id(client))
    identity = answer["Identity"]
    assert isinstance(identity, dict)
    assert identity["SourceIp"] == "127.0.0.1"
    assert identity["UserAgent"].startswith("Python/")
    connected, active = answer["ConnectedAt"], answer["LastActiveAt"]
    assert isinstance(connected, datetime)
    assert isinstance(active, datetime)
    assert connected < active
    assert (before - active).total_seconds() < 1


def test_delete_closes_with_1000_and_the_connection_is_gone(
    api: ManagementApi, client: ClientConnection, gateway: Running
) -> None:
    name = connection_id(client)
    api.delete_connection(ConnectionId=name)
    with pytest.raises(ClientError) as gone:
        api.post_to_connection(ConnectionId=name, Data=b"late")
    assert error_of(gone) == ("GoneException", 410)
    with pytest.raises(ConnectionClosedOK) as closed:
        client.recv(timeout=10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1000
    assert disconnected(gateway, name)[0] == 1000


@pytest.mark.parametrize("call", ["post_to_connection", "get_connection", "delete_connection"])
def test_an_unknown_connection_is_a_gone_exception(api: ManagementApi, call: str) -> None:
    arguments = {"Data": b"x"} if call == "post_to_connection" else {}
    with pytest.raises(ClientError) as gone:
        getattr(api, call)(ConnectionId="L0SM9cOFvHcCIhw=", **arguments)
    assert type(gone.value).__name__ == "GoneException"
    assert error_of(gone) == ("GoneException", 410)


def test_128_kb_pass_and_a_byte_more_is_a_413(api: ManagementApi, client: ClientConnection) -> None:
    name = connection_id(client)
    api.post_to_connection(ConnectionId=name, Data=b"x" * 131_072)
    assert len(client.recv(timeout=10)) == 131_072
    with pytest.raises(ClientError) as too_large:
        api.post_to_connection(ConnectionId=name, Data=b"x" * 131_073)
    assert error_of(too_large) == ("PayloadTooLargeException", 413)


def test_a_client_that_does_not_read_is_a_429(api: ManagementApi, gateway: Running) -> None:
    with connect(gateway.websocket_url, max_queue=1) as client:
        name = connection_id(client)
        with pytest.raises(ClientError) as full:
            post_repeatedly(api, name)
        client.socket.shutdown(socket.SHUT_RDWR)
    assert error_of(full) == ("LimitExceededException", 429)


def test_the_path_may_be_encoded_once_more(gateway: Running, client: ClientConnection) -> None:
    name = connection_id(client).replace("=", "%3D")
    assert httpx.get(f"{gateway.management_url}/v1/%40connections/{name}").status_code == 200


def post_repeatedly(api: ManagementApi, name: str) -> None:
    for _ in range(1000):
        api.post_to_connection(ConnectionId=name, Data=b"x" * 131_072)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/@connections/{}"), ("GET", "/v1/elsewhere")])
def test_any_other_method_or_path_is_forbidden(
    gateway: Running, client: ClientConnection, method: str, path: str
) -> None:
    answer = httpx.request(method, gateway.management_url + path.format(connection_id(client)))
    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"] == "ForbiddenException"
