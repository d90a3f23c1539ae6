"""REST through the gateway, called by a real HTTP client."""

import re
import socket

import httpx
import pytest

from chalicelib.errors import Unavailable
from infra.local.gateway.responses import NO_SUCH_ROUTE
from tests.tooling.gateway.running import Running


def test_a_request_reaches_its_view_as_through_api_gateway(rest: httpx.Client) -> None:
    answer = rest.post("/api/echo/a%20b%2Fc?x=1&y=%26", content="déjà", headers={"User-Agent": "probe/1"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["name"] == "a b/c"
    assert body["query"] == {"x": "1", "y": "&"}
    assert body["body"] == "déjà"
    assert body["context"]["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "probe/1"}


def test_an_unknown_route_is_a_404_that_does_not_echo_the_authorization_header(rest: httpx.Client) -> None:
    answer = rest.get("/api/nowhere", headers={"Authorization": "Bearer secret"})
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is no such route.", "code": "not_found"}


@pytest.mark.parametrize("method", ["DELETE", "HEAD", "OPTIONS", "PROPFIND"])
def test_an_unknown_method_of_a_route_is_a_404(rest: httpx.Client, method: str) -> None:
    answer = rest.request(method, "/api/version")
    assert answer.status_code == 404
    assert answer.content == (NO_SUCH_ROUTE.body if method != "HEAD" else b"")


def test_repeated_headers_and_an_empty_body_arrive(rest: httpx.Client) -> None:
    answer = rest.get("/api/cookies")
    assert answer.status_code == 201
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.content == b""


def test_a_binary_answer_arrives_as_bytes(rest: httpx.Client) -> None:
    answer = rest.get("/api/image", headers={"Accept": "image/png"})
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == b"\x89PNG\xff"


def test_ten_megabytes_pass_and_a_byte_more_is_a_413(rest: httpx.Client) -> None:
    limit = 10 * 1024 * 1024
    assert len(rest.post("/api/echo/big", content=b"x" * limit).json()["body"]) == limit
    answer = rest.post("/api/echo/big", content=b"x" * (limit + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_a_request_whose_body_is_cut_off_invokes_nothing(rest: httpx.Client, gateway: Running) -> None:
    host, port = gateway.rest_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"POST /api/print/cut-off HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\npart")
    rest.post("/api/print/complete", content=b"all of it")
    gateway.wait_for(re.compile("^complete$", re.MULTILINE))
    assert "cut-off" not in gateway.output


def test_a_function_sees_lambdas_environment(rest: httpx.Client, gateway: Running) -> None:
    environment = rest.get("/api/environment").json()
    assert environment["AWS_EXECUTION_ENV"].startswith("AWS_Lambda_python3.")
    assert environment["AWS_LAMBDA_FUNCTION_NAME"]
    assert environment["AWS_DEFAULT_REGION"]
    assert environment["WEBSOCKET_ENDPOINT"] == gateway.management_url


def test_a_worker_that_dies_is_a_503_and_is_replaced(rest: httpx.Client, gateway: Running) -> None:
    answer = rest.get("/api/die")
    assert (answer.status_code, answer.json()) == (503, Unavailable().body())
    assert answer.headers["access-control-allow-origin"] == "*"
    gateway.wait_for(re.compile(r"GET /api/die \(request \S+\): the worker died"))
    assert rest.get("/api/version").status_code == 200


def test_the_output_of_a_frozen_function_reaches_the_gateways(rest: httpx.Client, gateway: Running) -> None:
    rest.get("/api/print/hello-from-a-function")
    gateway.wait_for(re.compile("^hello-from-a-function$", re.MULTILINE))
