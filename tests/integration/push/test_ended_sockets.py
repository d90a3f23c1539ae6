"""Sockets of ended sessions are closed as soon as a 410 of the gateway can be believed."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from chalicelib import settings
from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.documents import SocketDocument
from chalicelib.push import ended_sockets
from chalicelib.services.accounts import NewSession
from chalicelib.stores.sockets import CONNECTING
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.clocks import ManualClock
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring


@pytest.fixture
def make_own_wiring(environment: dict[str, str], make_wiring: MakeWiring) -> MakeWiring:
    """Makes wirings on a separate database, in which the running consumer closes nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/ended_sockets").geturl()
    return lambda **changes: make_wiring(MONGODB_URI=uri, **changes)


def ended_sessions(wiring: Wiring) -> EndedSessions:
    return EndedSessions(wiring.user_store, wiring.session_store, wiring.ended_sockets, wiring.push_subscription_store)


def logout(wiring: Wiring, person: NewSession) -> Envelope:
    session_id = person.credentials.session_id
    return new_event("USER_LOGOUT", person.user.userId, wiring.clock, sessionId=session_id, reason="logout")


def stored_socket(wiring: Wiring, connection_id: str) -> SocketDocument:
    document = wiring.mongo.sockets.find_one({"_id": connection_id})
    assert document is not None
    return document


def open_socket(wiring: Wiring, person: NewSession, age: timedelta, name: str = "socket") -> str:
    """Stores an open socket that the gateway does not know."""
    connection_id = f"{name}-{person.user.userId}"
    wiring.socket_store.open(connection_id, person.credentials)
    wiring.mongo.sockets.update_one({"_id": connection_id}, {"$set": {"connectedAt": wiring.clock() - age}})
    return connection_id


def test_a_socket_is_closed_only_when_it_can_no_longer_be_connecting(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada, timedelta(0))
    effect = ended_sessions(wiring)
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert "closedAt" not in stored_socket(wiring, connection_id)

    older = {"$set": {"connectedAt": wiring.clock() - CONNECTING - timedelta(seconds=1)}}
    wiring.mongo.sockets.update_one({"_id": connection_id}, older)
    wiring.ended_sockets.end_marked()
    closed = stored_socket(wiring, connection_id)
    assert "closedAt" in closed
    assert wiring.ended_sockets.marked(10) == []
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert stored_socket(wiring, connection_id)["closedAt"] == closed["closedAt"]


def test_a_socket_of_another_session_stays_open(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada, bob = sign_up(wiring), sign_up(wiring)
    connection_id = open_socket(wiring, bob, timedelta(hours=1))
    effect = ended_sessions(wiring)
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert "closedAt" not in stored_socket(wiring, connection_id)


def test_a_socket_stays_marked_while_the_api_is_unreachable(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring(WEBSOCKET_ENDPOINT=f"http://127.0.0.1:{CLOSED_PORT}")
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada, timedelta(hours=1))
    effect = ended_sessions(wiring)
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert "closedAt" not in stored_socket(wiring, connection_id)
    assert [socket["_id"] for socket in wiring.ended_sockets.marked(10)] == [connection_id]


@pytest.fixture
def failing_api() -> Iterator[str]:
    """An @connections API that knows no socket, and that fails for those whose name begins with `stuck`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            stuck = "/stuck" in self.path
            self.send_response(429 if stuck else 410)
            self.send_header("x-amzn-ErrorType", "LimitExceededException" if stuck else "GoneException")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_DELETE = do_POST

        def log_message(self, *_arguments: object) -> None:
            """Keeps requests out of stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_sockets_that_keep_failing_do_not_hold_up_others(
    make_own_wiring: MakeWiring, failing_api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = make_own_wiring(WEBSOCKET_ENDPOINT=failing_api)
    wiring.mongo.sockets.update_many({}, {"$unset": {"sessionEndedAt": ""}})  # marks that other tests have left
    ada = sign_up(wiring)
    age = timedelta(hours=1)
    monkeypatch.setattr(ended_sockets, "AT_A_TIME", 3)
    stuck = {open_socket(wiring, ada, age, f"stuck{number}") for number in range(3)}
    ended_sessions(wiring).apply([logout(wiring, ada)])
    gone = open_socket(wiring, ada, age, "gone")
    ended_sessions(wiring).apply([logout(wiring, ada)])

    wiring.ended_sockets.end_marked()
    assert "closedAt" not in stored_socket(
        wiring, gone
    )  # a round ends after so many failures, before this socket's turn
    wiring.ended_sockets.end_marked()
    assert "closedAt" in stored_socket(wiring, gone)
    assert {socket["_id"] for socket in wiring.ended_sockets.marked(10)} == stuck


# Expiry


def test_the_sweep_marks_a_socket_when_its_session_expires(environment: dict[str, str]) -> None:
    clock = ManualClock()
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/expired_sockets").geturl()
    with closing(Wiring(settings.load(environment | {"MONGODB_URI": uri}), clock)) as wiring:
        maintenance = presence_maintenance(wiring)

        def sweep_and_find(connection_id: str) -> bool:
            maintenance.sweep()
            return connection_id in {socket["_id"] for socket in wiring.ended_sockets.marked(1_000)}

        ada = sign_up(wiring)
        started, lifetime = clock.now, ada.credentials.expires_at - clock.now
        vanished = open_socket(wiring, ada, timedelta(0), "vanished")
        clock.now = started + lifetime - timedelta(minutes=1)  # its presence has expired by then
        assert not sweep_and_find(vanished)
        assert "presenceUntil" not in stored_socket(wiring, vanished)
        beating = open_socket(wiring, ada, timedelta(0), "beating")
        clock.now = started + lifetime - timedelta(milliseconds=1)
        identity = wiring.socket_store.identity(beating)
        assert identity is not None
        wiring.socket_store.renew(beating, identity)
        assert not sweep_and_find(beating)
        clock.now = started + lifetime + timedelta(milliseconds=1)
        assert sweep_and_find(beating)
        assert sweep_and_find(vanished)
        ended = stored_socket(wiring, beating)
        assert ended["sessionEndedAt"] == started + lifetime
        assert "presenceUntil" not in ended
