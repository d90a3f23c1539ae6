"""Pushes to sockets that are slow or gone, through a stub of the @connections API."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from chalicelib.clients.aws import AwsClient
from chalicelib.models.pushed import TypingEvent
from chalicelib.push import connections_api as connections_api_module
from chalicelib.push.connections_api import RETRY_SECONDS, SLOW_FOR, ConnectionsApi, Outcome
from tests.support.clocks import ManualClock

ERRORS = {410: "GoneException", 429: "LimitExceededException", 500: "InternalServerException"}


class StubApi(ThreadingHTTPServer):
    """Answers each socket with the list of `statuses` that a test gives it, and then with 200."""

    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: dict[str, list[int]] = {}
        self.posts: list[tuple[str, str, int]] = []
        """(connectionId, userId of the typing event, status of the response), in order of arrival."""
        self.lock = threading.Lock()

    def posted(self, connection_id: str) -> list[tuple[str, int]]:
        return [(user_id, status) for target, user_id, status in self.posts if target == connection_id]


class _Handler(BaseHTTPRequestHandler):
    server: StubApi

    def do_POST(self) -> None:
        connection_id = unquote(self.path).rpartition("/")[2]
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            statuses = self.server.statuses.get(connection_id, [])
            status = statuses.pop(0) if statuses else 200
            self.server.posts.append((connection_id, event["userId"], status))
        self.send_response(status)
        if status in ERRORS:
            self.send_header("x-amzn-ErrorType", ERRORS[status])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def api() -> Iterator[StubApi]:
    with StubApi() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def connections_api(api: StubApi, clock: ManualClock, environment: dict[str, str]) -> ConnectionsApi:
    assert environment["AWS_DEFAULT_REGION"]
    return ConnectionsApi(AwsClient(f"http://127.0.0.1:{api.server_port}", None), clock)


def typing(*user_ids: str) -> list[TypingEvent]:
    return [TypingEvent(userId=user_id) for user_id in user_ids]


def test_a_slow_socket_is_retried_after_all_others(connections_api: ConnectionsApi, api: StubApi) -> None:
    api.statuses = {"slow": [200, 429, 429]}
    outcomes = connections_api.push_all({"slow": typing("a", "b", "c")} | {f"fast-{n}": typing("a") for n in range(20)})
    assert set(outcomes.values()) == {Outcome.DONE}
    # An event that was sent is not sent again, and no event overtakes one that was refused.
    assert api.posted("slow") == [("a", 200), ("b", 429), ("b", 429), ("b", 200), ("c", 200)]
    second_try = api.posts.index(("slow", "b", 429), api.posts.index(("slow", "b", 429)) + 1)
    assert all(position < second_try for position, post in enumerate(api.posts) if post[0].startswith("fast"))


def test_a_socket_that_stays_slow_is_tried_once_for_each_later_push(
    connections_api: ConnectionsApi, api: StubApi, clock: ManualClock
) -> None:
    api.statuses = {"slow": [429] * 100}
    attempts = 1 + len(RETRY_SECONDS)
    assert connections_api.push("slow", *typing("a")) is Outcome.SLOW
    assert len(api.posts) == attempts
    assert connections_api.push("slow", *typing("b")) is Outcome.SLOW
    assert len(api.posts) == attempts + 1
    clock.now += SLOW_FOR
    assert connections_api.push("slow", *typing("c")) is Outcome.SLOW
    assert len(api.posts) == 2 * attempts + 1
    api.statuses.clear()
    assert connections_api.push("slow", *typing("d")) is Outcome.DONE
    api.statuses = {"slow": [429]}
    assert connections_api.push("slow", *typing("e")) is Outcome.DONE, (
        "a client that reads again is treated like the others"
    )


def test_gone_and_failed_sockets_are_tried_once(connections_api: ConnectionsApi, api: StubApi) -> None:
    api.statuses = {"gone": [410], "failed": [500]}
    outcomes = connections_api.push_all(
        {"gone": typing("a", "b"), "failed": typing("a", "b"), "open": typing("a", "b")}
    )
    assert outcomes == {"gone": Outcome.GONE, "failed": Outcome.FAILED, "open": Outcome.DONE}
    assert sorted(api.posts) == [("failed", "a", 500), ("gone", "a", 410), ("open", "a", 200), ("open", "b", 200)]


def test_pushes_do_not_begin_after_the_deadline(
    connections_api: ConnectionsApi, api: StubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_api_module, "DEADLINE_SECONDS", -1.0)
    assert connections_api.push_all({target: typing("a") for target in "bcd"}) == dict.fromkeys("bcd", Outcome.FAILED)
    assert api.posts == []
