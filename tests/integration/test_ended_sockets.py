"""Sockets of ended sessions: closed as soon as a 410 can be believed."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.documents import SocketDocument
from chalicelib.services.accounts import SignedIn
from chalicelib.services.sockets import CONNECTING
from chalicelib.wiring import Wiring
from tests.integration.conftest import CLOSED_PORT, sign_up


@pytest.fixture
def own(environment: dict[str, str], make_wiring: Callable[..., Wiring]) -> Callable[..., Wiring]:
    """Makes wirings on a database of their own, in which the running consumer closes nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/ended_sockets").geturl()
    return lambda **changes: make_wiring(MONGODB_URI=uri, **changes)


def effect_of(wiring: Wiring) -> EndedSessions:
    return EndedSessions(wiring.sessions, wiring.sockets, wiring.delivery)


def logout(wiring: Wiring, person: SignedIn) -> Envelope:
    session_id = person.credentials.session_id
    return new_event("USER_LOGOUT", person.user.userId, wiring.clock, sessionId=session_id, reason="logout")


def socket(wiring: Wiring, connection_id: str) -> SocketDocument:
    document = wiring.store.sockets.find_one({"_id": connection_id})
    assert document is not None
    return document


def open_socket(wiring: Wiring, person: SignedIn, age: timedelta) -> str:
    """A socket that is open in the database, and that the gateway does not know."""
    connection_id = f"socket-{person.user.userId}"
    wiring.sockets.open(connection_id, person.credentials)
    wiring.store.sockets.update_one({"_id": connection_id}, {"$set": {"connectedAt": wiring.clock() - age}})
    return connection_id


def test_a_socket_that_may_be_connecting_is_tried_until_it_is_older(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada, timedelta(0))
    effect = effect_of(wiring)
    effect.apply([logout(wiring, ada)])
    effect.close_remaining()
    assert "closedAt" not in socket(wiring, connection_id)

    older = {"$set": {"connectedAt": wiring.clock() - CONNECTING - timedelta(seconds=1)}}
    wiring.store.sockets.update_one({"_id": connection_id}, older)
    effect.close_remaining()
    closed = socket(wiring, connection_id)
    assert "closedAt" in closed
    assert wiring.sockets.of_ended_sessions(10) == []
    effect.apply([logout(wiring, ada)])
    effect.close_remaining()
    assert socket(wiring, connection_id)["closedAt"] == closed["closedAt"]


def test_a_socket_of_another_session_stays(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada, bob = sign_up(wiring), sign_up(wiring)
    connection_id = open_socket(wiring, bob, timedelta(hours=1))
    effect = effect_of(wiring)
    effect.apply([logout(wiring, ada)])
    effect.close_remaining()
    assert "closedAt" not in socket(wiring, connection_id)


def test_an_api_that_cannot_be_reached_says_nothing_about_a_socket(own: Callable[..., Wiring]) -> None:
    wiring = own(WEBSOCKET_ENDPOINT=f"http://127.0.0.1:{CLOSED_PORT}")
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada, timedelta(hours=1))
    effect = effect_of(wiring)
    effect.apply([logout(wiring, ada)])
    effect.close_remaining()
    assert "closedAt" not in socket(wiring, connection_id)
    assert [one["_id"] for one in wiring.sockets.of_ended_sessions(10)] == [connection_id]
