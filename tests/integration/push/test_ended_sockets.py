"""Sockets of ended sessions: closed as soon as a 410 can be believed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from chalicelib import settings
from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.documents import SocketDocument
from chalicelib.push import ended_sockets
from chalicelib.services.accounts import NewSession
from chalicelib.stores.sockets import CONNECTING
from chalicelib.wiring import Wiring
from tests.integration.conftest import CLOSED_PORT, sign_up
from tests.support.hand_clock import Hand


@pytest.fixture
def own(environment: dict[str, str], make_wiring: Callable[..., Wiring]) -> Callable[..., Wiring]:
    """Makes wirings on a database of their own, in which the running consumer closes nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/ended_sockets").geturl()
    return lambda **changes: make_wiring(MONGODB_URI=uri, **changes)


def effect_of(wiring: Wiring) -> EndedSessions:
    return EndedSessions(wiring.user_store, wiring.session_store, wiring.ended_sockets)


def logout(wiring: Wiring, person: NewSession) -> Envelope:
    session_id = person.credentials.session_id
    return new_event("USER_LOGOUT", person.user.userId, wiring.clock, sessionId=session_id, reason="logout")


def socket(wiring: Wiring, connection_id: str) -> SocketDocument:
    document = wiring.mongo.sockets.find_one({"_id": connection_id})
    assert document is not None
    return document


def open_socket(wiring: Wiring, person: NewSession, age: timedelta, name: str = "socket") -> str:
    """A socket that is open in the database, and that the gateway does not know."""
    connection_id = f"{name}-{person.user.userId}"
    wiring.socket_store.open(connection_id, person.credentials)
    wiring.mongo.sockets.update_one({"_id": connection_id}, {"$set": {"connectedAt": wiring.clock() - age}})
    return connection_id


def test_a_socket_that_may_be_connecting_is_tried_until_it_is_older(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada, timedelta(0))
    effect = effect_of(wiring)
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert "closedAt" not in socket(wiring, connection_id)

    older = {"$set": {"connectedAt": wiring.clock() - CONNECTING - timedelta(seconds=1)}}
    wiring.mongo.sockets.update_one({"_id": connection_id}, older)
    wiring.ended_sockets.end_marked()
    closed = socket(wiring, connection_id)
    assert "closedAt" in closed
    assert wiring.ended_sockets.marked(10) == []
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert socket(wiring, connection_id)["closedAt"] == closed["closedAt"]


def test_a_socket_of_another_session_stays(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada, bob = sign_up(wiring), sign_up(wiring)
    connection_id = open_socket(wiring, bob, timedelta(hours=1))
    effect = effect_of(wiring)
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert "closedAt" not in socket(wiring, connection_id)


def test_an_api_that_cannot_be_reached_says_nothing_about_a_socket(own: Callable[..., Wiring]) -> None:
    wiring = own(WEBSOCKET_ENDPOINT=f"http://127.0.0.1:{CLOSED_PORT}")
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada, timedelta(hours=1))
    effect = effect_of(wiring)
    effect.apply([logout(wiring, ada)])
    wiring.ended_sockets.end_marked()
    assert "closedAt" not in socket(wiring, connection_id)
    assert [one["_id"] for one in wiring.ended_sockets.marked(10)] == [connection_id]


@pytest.fixture
def unwell() -> Iterator[str]:
    """A @connections API that knows no socket, and fails for those whose name begins with `stuck`."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            stuck = "/stuck" in self.path
            self.send_response(429 if stuck else 410)
            self.send_header("x-amzn-ErrorType", "LimitExceededException" if stuck else "GoneException")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_DELETE = do_POST

        def log_message(self, *_arguments: object) -> None:
            """Not to stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_sockets_that_keep_failing_hold_up_no_others(
    own: Callable[..., Wiring], unwell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = own(WEBSOCKET_ENDPOINT=unwell)
    wiring.mongo.sockets.update_many({}, {"$unset": {"sessionEndedAt": ""}})  # of other tests
    ada = sign_up(wiring)
    old = timedelta(hours=1)
    monkeypatch.setattr(ended_sockets, "AT_A_TIME", 3)
    stuck = {open_socket(wiring, ada, old, f"stuck{number}") for number in range(3)}
    effect_of(wiring).apply([logout(wiring, ada)])
    gone = open_socket(wiring, ada, old, "gone")
    effect_of(wiring).apply([logout(wiring, ada)])

    wiring.ended_sockets.end_marked()
    assert "closedAt" not in socket(wiring, gone)  # the round is over before its turn, so that it has an end
    wiring.ended_sockets.end_marked()
    assert "closedAt" in socket(wiring, gone)
    assert {one["_id"] for one in wiring.ended_sockets.marked(10)} == stuck


# Expiry


def test_the_sweep_meets_a_socket_at_its_session_s_end(environment: dict[str, str]) -> None:
    clock = Hand()
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/expired_sockets").geturl()
    with closing(Wiring(settings.load(environment | {"MONGODB_URI": uri}), clock)) as wiring:
        keeper = PresenceMaintenance(
            mongo=wiring.mongo,
            redis=wiring.redis,
            presence=wiring.presence_store,
            publisher=wiring.publisher,
            clock=clock,
        )

        def sweep_and_find(connection_id: str) -> bool:
            keeper.sweep()
            return connection_id in {one["_id"] for one in wiring.ended_sockets.marked(1_000)}

        ada = sign_up(wiring)
        started, lifetime = clock.now, ada.credentials.expires_at - clock.now
        vanished = open_socket(wiring, ada, timedelta(0), "vanished")
        clock.now = started + lifetime - timedelta(minutes=1)  # later than its presence lasts
        assert not sweep_and_find(vanished)
        assert "presenceUntil" not in socket(wiring, vanished)
        beating = open_socket(wiring, ada, timedelta(0), "beating")
        clock.now = started + lifetime - timedelta(milliseconds=1)
        identity = wiring.socket_store.identity(beating)
        assert identity is not None
        wiring.socket_store.renew(beating, identity)
        assert not sweep_and_find(beating)
        clock.now = started + lifetime + timedelta(milliseconds=1)
        assert sweep_and_find(beating)
        assert sweep_and_find(vanished)
        ended = socket(wiring, beating)
        assert ended["sessionEndedAt"] == started + lifetime
        assert "presenceUntil" not in ended
