"""Pushes to sockets that are slow or gone, through a stub of the @connections API."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest

from chalicelib import settings
from chalicelib.clients.management_api import ManagementApi
from chalicelib.clients.sigv4 import AwsCredentials
from chalicelib.models.pushed import TypingEvent
from chalicelib.push import background_delivery
from chalicelib.push.connections_api import PUSH_SECONDS, RETRY_SECONDS, ConnectionsApi, Outcome
from chalicelib.stores.slow_sockets import PASSED_OVER_FOR, REMEMBERED_FOR, SlowSockets
from chalicelib.wiring import Wiring
from tests.support.clocks import ManualClock
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring

ERRORS = {410: "GoneException", 429: "LimitExceededException", 500: "InternalServerException"}


class StubApi(ThreadingHTTPServer):
    """Answers each socket with the list of `statuses` that a test gives it, and then with 200."""

    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: dict[str, list[int]] = {}
        self.posts: list[tuple[str, str, int]] = []
        """(connectionId, userId of the typing event, status of the response), in order of arrival."""
        self.deleted: list[str] = []
        self.lock = threading.Lock()
        self.answering = threading.Event()
        self.answering.set()

    def posted(self, connection_id: str) -> list[tuple[str, int]]:
        return [(user_id, status) for target, user_id, status in self.posts if target == connection_id]


class _Handler(BaseHTTPRequestHandler):
    server: StubApi

    def do_DELETE(self) -> None:
        self.server.answering.wait(10)
        with self.server.lock:
            self.server.deleted.append(unquote(self.path).rpartition("/")[2])
        self.send_response(204)
        self.end_headers()

    def do_POST(self) -> None:
        connection_id = unquote(self.path).rpartition("/")[2]
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.answering.wait(10)
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
def slow(clock: ManualClock, make_wiring: MakeWiring) -> SlowSockets:
    return SlowSockets(make_wiring().redis, clock)


@pytest.fixture
def connections_api(api: StubApi, slow: SlowSockets) -> Iterator[ConnectionsApi]:
    management_api = ManagementApi(f"http://127.0.0.1:{api.server_port}", lambda: AwsCredentials("local", "local"))
    with closing(management_api):
        yield ConnectionsApi(management_api, slow)


def typing(*user_ids: str) -> list[TypingEvent]:
    return [TypingEvent(userId=user_id) for user_id in user_ids]


def test_a_slow_socket_is_retried_after_all_others(connections_api: ConnectionsApi, api: StubApi) -> None:
    api.statuses = {"slow": [200, 429, 429]}
    outcomes = connections_api.push_all({"slow": typing("a", "b", "c")} | {f"fast-{n}": typing("a") for n in range(20)})
    assert set(outcomes.values()) == {Outcome.DONE}
    # What was sent is not sent again, and nothing overtakes what was refused.
    assert api.posted("slow") == [("a", 200), ("b", 429), ("b", 429), ("b", 200), ("c", 200)]
    second_try = api.posts.index(("slow", "b", 429), api.posts.index(("slow", "b", 429)) + 1)
    assert all(position < second_try for position, post in enumerate(api.posts) if post[0].startswith("fast"))


def test_a_slow_socket_is_passed_over_and_then_tried_once(
    connections_api: ConnectionsApi, api: StubApi, clock: ManualClock
) -> None:
    api.statuses = {"slow": [429] * 100}
    attempts = 1 + len(RETRY_SECONDS)
    assert connections_api.push_all({"slow": typing("a")}) == {"slow": Outcome.SLOW}
    assert len(api.posts) == attempts
    assert connections_api.push_all({"slow": typing("b"), "open": typing("b")}) == {
        "slow": Outcome.PASSED_OVER,
        "open": Outcome.DONE,
    }
    assert len(api.posted("slow")) == attempts
    clock.now += PASSED_OVER_FOR
    assert connections_api.push_all({"slow": typing("c")}) == {"slow": Outcome.SLOW}
    assert len(api.posted("slow")) == attempts + 1
    api.statuses.clear()
    assert connections_api.push_all({"slow": typing("d")}) == {"slow": Outcome.DONE}
    api.statuses = {"slow": [429]}
    assert connections_api.push_all({"slow": typing("e")}) == {"slow": Outcome.DONE}, (
        "a client that reads again is treated like the others"
    )


def test_a_reply_is_tried_once_although_the_socket_is_slow(connections_api: ConnectionsApi, api: StubApi) -> None:
    api.statuses = {"slow": [429] * 100}
    assert connections_api.push_all({"slow": typing("a")}) == {"slow": Outcome.SLOW}
    before = len(api.posts)
    assert connections_api.reply("slow", *typing("b", "c")) is Outcome.SLOW
    assert len(api.posts) == before + 1
    api.statuses.clear()
    assert connections_api.reply("slow", *typing("d", "e")) is Outcome.DONE
    assert api.posted("slow")[-2:] == [("d", 200), ("e", 200)]
    assert connections_api.push_all({"slow": typing("f")}) == {"slow": Outcome.DONE}, "it reads again"


def test_many_replies_are_pushed_side_by_side(connections_api: ConnectionsApi, api: StubApi) -> None:
    names = [str(number) for number in range(100)]
    assert connections_api.reply("open", *typing(*names)) is Outcome.DONE
    assert sorted(name for name, _ in api.posted("open")) == sorted(names)


def test_gone_and_failed_sockets_are_tried_once(connections_api: ConnectionsApi, api: StubApi) -> None:
    api.statuses = {"gone": [410], "failed": [500]}
    outcomes = connections_api.push_all(
        {"gone": typing("a", "b"), "failed": typing("a", "b"), "open": typing("a", "b")}
    )
    assert outcomes == {"gone": Outcome.GONE, "failed": Outcome.FAILED, "open": Outcome.DONE}
    assert sorted(api.posts) == [("failed", "a", 500), ("gone", "a", 410), ("open", "a", 200), ("open", "b", 200)]


def test_pushes_do_not_begin_after_the_deadline(connections_api: ConnectionsApi, api: StubApi) -> None:
    assert connections_api.push_all({target: typing("a") for target in "bcd"}, -1.0) == dict.fromkeys(
        "bcd", Outcome.LATE
    )
    assert api.posts == []


def test_a_slow_socket_that_was_not_tried_in_time_is_still_known_to_be_slow(
    connections_api: ConnectionsApi, api: StubApi, clock: ManualClock, slow: SlowSockets
) -> None:
    api.statuses = {"slow": [429] * 100}
    connections_api.push_all({"slow": typing("a")})
    clock.now += PASSED_OVER_FOR
    assert connections_api.push_all({"slow": typing("b")}, -1.0) == {"slow": Outcome.LATE}
    assert slow.is_known("slow")


def test_nobody_waits_longer_than_a_second_for_an_api_that_does_not_answer(
    connections_api: ConnectionsApi, api: StubApi
) -> None:
    connections_api.push_all({"open": typing("a")})  # makes the client
    api.answering.clear()
    began = time.monotonic()
    outcomes = connections_api.push_all({f"hung-{number}": typing("a") for number in range(100)})
    assert connections_api.close_all(["hung-1"]) == {"hung-1": Outcome.LATE}
    took = time.monotonic() - began
    api.answering.set()
    assert set(outcomes.values()) == {Outcome.LATE}
    assert PUSH_SECONDS <= took < 2.0  # one second, and what a busy machine adds


# Delivery: what the processes tell each other


@pytest.fixture
def processes(api: StubApi, clock: ManualClock, environment: dict[str, str]) -> Iterator[tuple[Wiring, Wiring]]:
    """Two processes with one clock, whose @connections API is the one of the test."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/slow_sockets").geturl()
    ours = environment | {"MONGODB_URI": uri, "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{api.server_port}"}
    with closing(Wiring(settings.load(ours), clock)) as one, closing(Wiring(settings.load(ours), clock)) as other:
        yield one, other


def opened(wiring: Wiring) -> tuple[str, str]:
    """(userId, connectionId) of a new user with one socket."""
    user = sign_up(wiring)
    connection_id = f"slow-{user.user.userId}"
    wiring.socket_store.open(connection_id, user.credentials)
    return user.user.userId, connection_id


def online(wiring: Wiring, user_id: str) -> list[str]:
    sockets = wiring.delivery.lookup_sockets(user_id)
    wiring.redis.fetch(sockets)
    return sockets.resolve()


def test_a_process_learns_from_others_which_sockets_are_slow(processes: tuple[Wiring, Wiring], api: StubApi) -> None:
    one, other = processes
    user_id, connection_id = opened(one)
    api.statuses = {connection_id: [429] * 100}
    one.delivery.deliver(online(one, user_id), TypingEvent(userId="a"))
    tried = len(api.posts)
    other.delivery.deliver(online(other, user_id), TypingEvent(userId="b"))
    assert len(api.posts) == tried
    assert api.deleted == []


def test_a_socket_that_stays_slow_is_closed(processes: tuple[Wiring, Wiring], api: StubApi, clock: ManualClock) -> None:
    one, other = processes
    user_id, connection_id = opened(one)
    api.statuses = {connection_id: [429] * 100}
    one.delivery.deliver(online(one, user_id), TypingEvent(userId="a"))
    clock.now += PASSED_OVER_FOR
    other.delivery.deliver(online(other, user_id), TypingEvent(userId="b"))
    assert api.deleted == [connection_id]


def test_a_socket_that_reads_again_is_not_closed(
    processes: tuple[Wiring, Wiring], api: StubApi, clock: ManualClock
) -> None:
    one, other = processes
    user_id, connection_id = opened(one)
    for wiring in (one, other):
        api.statuses = {connection_id: [429] * 3}
        wiring.delivery.deliver(online(wiring, user_id), TypingEvent(userId="a"))
        clock.now += PASSED_OVER_FOR
        api.statuses = {}
        wiring.delivery.deliver(online(wiring, user_id), TypingEvent(userId="b"))
        assert api.posted(connection_id)[-1] == ("b", 200)
    assert api.deleted == []


def test_old_refusals_close_no_socket(processes: tuple[Wiring, Wiring], api: StubApi, clock: ManualClock) -> None:
    one, _ = processes
    user_id, connection_id = opened(one)
    api.statuses = {connection_id: [429] * 100}
    one.delivery.deliver(online(one, user_id), TypingEvent(userId="a"))
    clock.now += REMEMBERED_FOR
    one.delivery.deliver(online(one, user_id), TypingEvent(userId="b"))
    assert api.deleted == []


# In the background


def test_pushes_in_the_background_block_nobody_and_keep_their_order(
    processes: tuple[Wiring, Wiring], api: StubApi
) -> None:
    one, _ = processes
    background = one.background_delivery
    api.answering.clear()
    for number in range(50):
        background.deliver_each({"first": typing(str(number)), "second": typing(str(number))})
    api.answering.set()
    background.flush()
    for target in ("first", "second"):
        assert [name for name, _ in api.posted(target)] == [str(number) for number in range(50)]


def test_more_than_fits_into_the_background_is_lost(
    processes: tuple[Wiring, Wiring], api: StubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_delivery, "MAX_WAITING_FOR_ONE", 5)
    one, _ = processes
    api.answering.clear()
    one.background_delivery.deliver_each({"open": typing(*map(str, range(100)))})
    api.answering.set()
    one.background_delivery.flush()
    assert [name for name, _ in api.posted("open")] == list("01234")


def test_the_background_ends_with_its_process(processes: tuple[Wiring, Wiring], api: StubApi) -> None:
    one, _ = processes
    one.background_delivery.deliver_each({f"open-{number}": typing("a") for number in range(100)})
    one.close()
    told = len(api.posts)
    assert [thread for thread in threading.enumerate() if thread.name.startswith("push-")] == []
    one.background_delivery.deliver_each({"late": typing("a")})
    assert len(api.posts) == told
