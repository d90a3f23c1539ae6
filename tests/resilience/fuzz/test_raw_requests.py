"""Bytes over REST: no request makes a function fail, and every error has the shape of this project's errors."""

import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse

import pytest
from hypothesis import HealthCheck, example, given, settings

from chalicelib.errors import INTERNAL, DevConnectError
from chalicelib.handlers.cors import OWN_ERRORS
from tests.e2e.clients import PATIENCE, Person, sign_up
from tests.resilience.fuzz.raw_requests import RawRequest, raw_requests
from tests.resilience.fuzz.running import Fuzzed, is_long, say, times

SETTINGS = settings(deadline=None, derandomize=not is_long(), suppress_health_check=list(HealthCheck))
CODES = (
    {error.code for error in DevConnectError.__subclasses__()} | {code for _sentence, code in OWN_ERRORS.values()}
) - {INTERNAL["code"]}

NO_HTTP = [
    b"FLY /api/profile HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/profile HTTP/1.1\r\nHost: x\r\nCookie: a=\x01\r\n\r\n",
    b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /api/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
]
"""Bytes that the HTTP server cannot parse, and so answers by itself."""


@pytest.fixture(scope="module")
def person(fuzzed: Fuzzed) -> Iterator[Person]:
    signed_up = sign_up(fuzzed)
    with closing(signed_up.http):
        yield signed_up


def answered(fuzzed: Fuzzed, raw: bytes, method: str = "GET") -> tuple[int, str, bytes]:
    """Returns the status, Content-Type and body of the response to these bytes."""
    host, port = fuzzed.rest_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as client:
        client.sendall(raw)
        with closing(HTTPResponse(client, method=method)) as response:
            response.begin()
            return response.status, response.headers.get("Content-Type", ""), response.read()


def test_no_request_makes_a_function_fail(fuzzed: Fuzzed, person: Person) -> None:
    authorization = person.authorization["Authorization"].encode()
    statuses: Counter[int] = Counter()

    @settings(SETTINGS, max_examples=times(300))
    @given(request=raw_requests([person.user_id]))
    @example(RawRequest("GET", "/api/profile", "", (("Accept", b"\xff"),), b"", 0))
    @example(RawRequest("OPTIONS", "/api/profile", "limit=1", (), b"", 0))
    @example(RawRequest("POST", "/api/login", "", (), b'{"emailId":"a@b.cd","emailId":5}', 0))
    @example(RawRequest("GET", "/api/users/%00", "", (), b"", 0))
    @example(RawRequest("GET", "/api/messages/%ff", "limit=1&%6c%69mit=2", (), b"", 0))
    @example(RawRequest("DELETE", "/api/blocks/x", "", (("Content-Type", b"text/plain"),), b"\xff", 0))
    def sent(request: RawRequest) -> None:
        status, content_type, body = answered(fuzzed, request.written(authorization), request.method)
        statuses[status] += 1
        assert status < 500, (request, body)
        if status >= 400 and request.method != "HEAD":
            assert content_type.startswith("application/json"), (request, body)
            error = json.loads(body)
            assert error["code"] in CODES, (request, body)
            assert error["error"], request
            assert error.keys() - {"error", "code"} == ({"fields"} if status == 400 else set()), (request, body)

    sent()
    assert statuses.keys() >= {200, 204, 400, 404, 415}
    say(f"{statuses.total()} requests of bytes, answered with {dict(statuses)}")


@pytest.mark.parametrize("raw", NO_HTTP, ids=lambda raw: raw[:40].hex())
def test_bytes_that_are_not_http_are_a_400(fuzzed: Fuzzed, raw: bytes) -> None:
    assert answered(fuzzed, raw)[0] == 400
