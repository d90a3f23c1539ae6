"""MiniStack as the rehearsal runs it: it divides calls by the weights of an alias, and keeps processes by version."""

import io
import json
import signal
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from infra.local.ports import free_port
from infra.local.process import Process
from infra.local.state import CHECKOUT
from infra.package.target import target_of_this_machine
from infra.rehearsal.local_aws import LocalAws, ministack
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(
    not (CHECKOUT / ".local" / "infra").exists() or not (CHECKOUT / ".local" / "runtime").exists(),
    reason="needs MiniStack and the functions' runtime: make rehearse",
)


FUNCTION = "versions"


def code(version: str) -> bytes:
    """A zip with a function that answers with `version`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        answer = {"statusCode": 200, "body": version}
        file.writestr("app.py", f"def handler(event, context):\n    return {answer}\n")
    return archive.getvalue()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    directory = tmp_path_factory.mktemp("ministack")
    port = free_port()
    process = Process(ministack(port, directory), directory / "log")
    try:
        eventually(lambda: process.child.ready(process.output()), what="MiniStack's readiness")
        yield LocalAws(f"127.0.0.1:{port}")
    finally:
        process.send(signal.SIGKILL)
        process.reap()


@pytest.fixture(scope="module")
def function(aws: LocalAws) -> Any:  # Any: boto3 has no types
    """A client of Lambda, with a function of two versions whose alias `live` calls the second."""
    role = aws.client("iam").create_role(
        RoleName="function",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ],
            }
        ),
    )["Role"]["Arn"]
    client = aws.client("lambda")
    runtime = target_of_this_machine().runtime
    client.create_function(
        FunctionName=FUNCTION, Runtime=runtime, Role=role, Handler="app.handler", Code={"ZipFile": code("old")}
    )
    old = client.publish_version(FunctionName=FUNCTION)["Version"]
    client.update_function_code(FunctionName=FUNCTION, ZipFile=code("new"))
    new = client.publish_version(FunctionName=FUNCTION)["Version"]
    assert (old, new) == ("1", "2")
    client.create_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=new)
    return client


def route_frames(aws: LocalAws, client: Any) -> str:  # Any: boto3 has no types
    """Make a websocket API whose frames call the alias, and return its address."""
    apis = aws.client("apigatewayv2")
    api = apis.create_api(Name="frames", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    arn = client.get_alias(FunctionName=FUNCTION, Name="live")["AliasArn"]
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    integration = apis.create_integration(ApiId=api["ApiId"], IntegrationType="AWS_PROXY", IntegrationUri=uri)
    target = f"integrations/{integration['IntegrationId']}"
    apis.create_route(ApiId=api["ApiId"], RouteKey="$default", Target=target)
    apis.create_stage(ApiId=api["ApiId"], StageName="v1", AutoDeploy=True)
    return "ws" + aws.api(api["ApiId"]).removeprefix("http")


def answers(socket: ClientConnection, count: int) -> set[str]:
    """The versions that answer so many frames: MiniStack sends what the function returns, unlike API Gateway."""
    found = set()
    for _ in range(count):
        socket.send("{}")
        found.add(str(socket.recv(60)))
    return found


def test_the_frames_of_an_open_socket_meet_the_versions_that_the_alias_names(
    aws: LocalAws,
    function: Any,  # Any: boto3 has no types
) -> None:
    def route(weights: dict[str, float]) -> None:
        function.update_alias(FunctionName=FUNCTION, Name="live", RoutingConfig={"AdditionalVersionWeights": weights})

    with connect(route_frames(aws, function), open_timeout=60) as socket:
        assert answers(socket, 5) == {"new"}
        route({"1": 0.5})
        assert answers(socket, 60) == {"old", "new"}  # the chance of one alone is 2 in 2**60
        route({})
        assert answers(socket, 5) == {"new"}
        function.update_alias(FunctionName=FUNCTION, Name="live", FunctionVersion="1")
        assert answers(socket, 5) == {"old"}
