"""The client of the @connections API, on servers that answer as a test says, or not at all."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from chalicelib.clients import management_api as management_api_module
from chalicelib.clients.kept_connection import MAX_RESPONSE_BYTES
from chalicelib.clients.management_api import MAX_CONNECTIONS, Answer, Call, Lane, ManagementApi
from chalicelib.clients.sigv4 import AwsCredentials
from infra.local.servers.certificates import make_certificates
from tests.support.management import status_of

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
ID = "L0SM9cOFvHcCIhw="

Serve = Callable[["Served"], None]


class Served:
    """One connection that a server has accepted: its number, its requests, and whether the test is at its end."""

    def __init__(self, number: int, connection: socket.socket, ended: threading.Event) -> None:
        self.number = number
        self.connection = connection
        self.ended = ended

    def request(self) -> bytes:
        """Returns the next whole request. Raises ConnectionError where the client has closed the connection."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return head + b"\r\n\r\n" + body

    def _more(self) -> bytes:
        chunk = self.connection.recv(65_536)
        if not chunk:
            raise ConnectionError
        return chunk


class Server:
    def __init__(self, serve: Serve, tls: ssl.SSLContext | None = None) -> None:
        self._serve = serve
        self._tls = tls
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.accepted: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                connection, _address = self._listener.accept()
                self.accepted.append(connection)
                number = len(self.accepted) - 1
                threading.Thread(target=self._run, args=(number, connection), daemon=True).start()

    def _run(self, number: int, connection: socket.socket) -> None:
        with suppress(OSError):  # a side is gone
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                self._serve(Served(number, connection, self._ended))

    def close(self) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self.accepted:
            connection.close()


@contextmanager
def serving(serve: Serve) -> Iterator[tuple[Server, ManagementApi]]:
    with closing(Server(serve)) as server, closing(api_at(f"http://127.0.0.1:{server.port}/v1")) as api:
        yield server, api


def api_at(endpoint: str) -> ManagementApi:
    return ManagementApi(endpoint, lambda: AwsCredentials("key", "secret", "token"))


def always(response: bytes) -> Serve:
    def serve(served: Served) -> None:
        while True:
            served.request()
            served.connection.sendall(response)

    return serve


def lane(calls: int) -> Lane[list[Answer]]:
    received: list[Answer] = []
    for _ in range(calls):
        answer = yield Call("POST", ID, b"{}")
        received.append(answer)
    return received


def test_a_request_has_the_path_the_body_and_a_signature() -> None:
    requests: list[bytes] = []

    def serve(served: Served) -> None:
        requests.append(served.request())
        served.connection.sendall(OK)

    with serving(serve) as (server, api):
        assert status_of(api, Call("POST", ID, b'{"event": "x"}')) == 200
    head, _, body = requests[0].partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line == "POST /v1/@connections/L0SM9cOFvHcCIhw%3D HTTP/1.1"
    names = [header.partition(":")[0] for header in headers]
    assert names == ["host", "x-amz-date", "x-amz-security-token", "authorization", "content-length"]
    assert headers[0] == f"host: 127.0.0.1:{server.port}"
    assert body == b'{"event": "x"}'


def test_a_connection_is_kept_from_call_to_call() -> None:
    with serving(always(OK)) as (server, api):
        assert [status_of(api, Call("POST", ID)) for _ in range(5)] == [200] * 5
        assert api.run({0: lane(5)}) == {0: [Answer(200)] * 5}
        assert len(server.accepted) == 1


def test_all_calls_are_written_before_the_first_is_answered() -> None:
    together = threading.Barrier(MAX_CONNECTIONS)

    def serve(served: Served) -> None:
        served.request()
        together.wait(10)
        served.connection.sendall(OK)

    threads = threading.active_count()
    with serving(serve) as (_server, api):
        assert api.run({number: lane(1) for number in range(MAX_CONNECTIONS)}) == {
            number: [Answer(200)] for number in range(MAX_CONNECTIONS)
        }
    assert threading.active_count() <= threads + MAX_CONNECTIONS + 1, "the client starts none"


def test_more_lanes_than_connections_take_turns() -> None:
    with serving(always(OK)) as (server, api):
        count = 3 * MAX_CONNECTIONS
        assert api.run({number: lane(2) for number in range(count)}) == dict.fromkeys(range(count), [Answer(200)] * 2)
        assert len(server.accepted) <= MAX_CONNECTIONS


@pytest.mark.parametrize(
    ("response", "status"),
    [
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 2\r\n\r\n{}", 410),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.1 429 Too Many\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 429),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200),
        (b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 500),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200),
    ],
)
def test_responses_of_all_forms_are_understood_also_byte_by_byte(response: bytes, status: int) -> None:
    def serve(served: Served) -> None:
        while True:
            served.request()
            for byte in response:
                served.connection.sendall(bytes([byte]))

    with serving(serve) as (_server, api):
        assert [status_of(api, Call("DELETE", ID)) for _ in range(2)] == [status] * 2


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (b"SSH-2.0-OpenSSH\r\n\r\n", "the response is not HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "the response does not say how long it is"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + bytes(MAX_RESPONSE_BYTES), "the response is too long"),
        (b"HTTP/1.1 200", "the connection was closed"),
        (b"", "the connection was closed"),
    ],
)
def test_what_is_no_response_is_a_problem_in_words(response: bytes, problem: str) -> None:
    def serve(served: Served) -> None:
        served.request()
        served.connection.sendall(response)

    with serving(serve) as (server, api):
        assert api.run({0: lane(1)}) == {0: [Answer(0, problem)]}
        assert len(server.accepted) == 1, "nothing is repeated that was the first on its connection"


def test_a_kept_connection_that_has_died_meanwhile_costs_one_repetition_on_a_fresh_one() -> None:
    def serve(served: Served) -> None:
        served.request()
        served.connection.sendall(OK)  # and then it closes the connection

    with serving(serve) as (server, api):
        assert api.run({0: lane(4)}) == {0: [Answer(200)] * 4}
        assert len(server.accepted) == 4


def test_the_repetition_is_the_only_one() -> None:
    def serve(served: Served) -> None:
        if served.number == 0:
            served.request()
            served.connection.sendall(OK)

    with serving(serve) as (server, api):
        first, second = api.run({0: lane(2)})[0]
        assert (first.status, second.status) == (200, 0)
        assert second.problem in {"the connection was closed", "Connection reset by peer"}
        assert len(server.accepted) == 2


def test_a_deadline_ends_the_wait_and_the_lanes_that_are_done_have_their_results() -> None:
    def serve(served: Served) -> None:
        while True:
            if b"slow" in served.request():
                served.ended.wait(10)
            served.connection.sendall(OK)

    def slow() -> Lane[list[Answer]]:
        return [(yield Call("POST", ID, b"slow"))]

    with serving(serve) as (_server, api):
        began = time.monotonic()
        results = api.run({"slow": slow(), "fast": lane(3)}, began + 0.2)
        assert results == {"fast": [Answer(200)] * 3}
        assert time.monotonic() - began < 5
        assert api.run({"never": lane(1)}, time.monotonic() - 1) == {}
        assert status_of(api, Call("POST", ID)) == 200


def test_a_call_without_an_answer_in_time_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(management_api_module, "CALL_SECONDS", 0.2)

    def serve(served: Served) -> None:
        served.request()
        if served.number > 0:
            served.connection.sendall(OK)
        served.ended.wait(10)

    with serving(serve) as (_server, api):
        assert api.run({0: lane(2)}) == {0: [Answer(0, "there was no answer in time"), Answer(200)]}


def test_a_server_that_is_not_there_is_a_problem_in_words() -> None:
    with closing(api_at("http://127.0.0.1:9")) as api:
        assert api.run({0: lane(1)}) == {0: [Answer(0, "ECONNREFUSED")]}
    with closing(api_at("http://nowhere.invalid")) as api:
        [answer] = api.run({0: lane(1)})[0]
        assert answer.problem.startswith("nowhere.invalid: ")
    with closing(ManagementApi("http://127.0.0.1:9", lambda: None)) as api:
        assert api.run({0: lane(1)}) == {0: [Answer(0, "there are no AWS credentials")]}


def test_tls_is_spoken_and_the_certificate_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    with closing(Server(always(OK), context)) as server:
        endpoint = f"https://127.0.0.1:{server.port}/v1"
        with closing(api_at(endpoint)) as api:
            [answer] = api.run({0: lane(1)})[0]
            assert answer.problem == "CERTIFICATE_VERIFY_FAILED"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
        with closing(api_at(endpoint)) as api:
            assert api.run({number: lane(3) for number in range(5)}) == dict.fromkeys(range(5), [Answer(200)] * 3)
