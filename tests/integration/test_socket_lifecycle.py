"""Sockets that end while something else goes on, and functions that die in between: nobody stays online for it."""

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pymongo
import pytest

from chalicelib.consumer import presence_keeper
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.consumer.presence_keeper import PresenceKeeper
from chalicelib.errors import RateLimited, Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.models.pushed import TypingEvent
from chalicelib.services.accounts import SignedIn
from chalicelib.services.connecting import MAX_SOCKETS
from chalicelib.services.push import Outcome
from chalicelib.services.sockets import SocketIdentity
from chalicelib.wiring import Wiring
from tests.integration.conftest import sign_up

numbers = count()


@pytest.fixture
def own(environment: dict[str, str], make_wiring: Callable[..., Wiring]) -> Callable[..., Wiring]:
    """Makes wirings on a database of their own, in which the running consumer heals nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/socket_lifecycle").geturl()
    return lambda **changes: make_wiring(MONGODB_URI=uri, **changes)


def open_socket(wiring: Wiring, person: SignedIn) -> str:
    connection_id = f"lifecycle-{person.user.userId}-{next(numbers)}"
    wiring.connecting.connect(connection_id, person.credentials, None)
    return connection_id


def identity(person: SignedIn) -> SocketIdentity:
    credentials = person.credentials
    return SocketIdentity(credentials.user_id, credentials.session_id, credentials.expires_at)


def online(wiring: Wiring, person: SignedIn) -> list[str]:
    sockets = wiring.presence.sockets(person.user.userId)
    wiring.redis.fetch(sockets)
    return sockets.value


def test_one_user_has_so_many_sockets_and_no_more(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    first, *_ = [open_socket(wiring, ada) for _ in range(MAX_SOCKETS)]
    with pytest.raises(RateLimited):
        open_socket(wiring, ada)
    assert len(online(wiring, ada)) == MAX_SOCKETS, "the one too many left no trace"
    wiring.connecting.disconnect(first)
    open_socket(wiring, ada)


def test_a_socket_that_could_not_be_opened_whole_is_not_online(
    own: Callable[..., Wiring], monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = own()
    ada = sign_up(wiring)

    def fail(*_arguments: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(wiring.presence, "renew", fail)
        with pytest.raises(Unavailable):
            open_socket(wiring, ada)
    [document] = wiring.store.sockets.find({"userId": ada.user.userId})
    assert "closedAt" in document
    assert "presenceUntil" not in document
    assert document["pendingEvents"] == []


def test_a_heartbeat_brings_no_closed_socket_back(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    assert wiring.connecting.heartbeat(connection_id, identity(ada)) is not None
    wiring.connecting.disconnect(connection_id)
    assert wiring.connecting.heartbeat(connection_id, identity(ada)) is None
    assert online(wiring, ada) == []


def test_a_heartbeat_after_the_sweep_tells_it_once(own: Callable[..., Wiring]) -> None:
    wiring = own(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9")  # so that events stay where they can be seen
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    wiring.store.sockets.update_one(
        {"_id": connection_id}, {"$set": {"presenceUntil": wiring.clock() - timedelta(seconds=1)}}
    )
    keeper(wiring).sweep()
    for _ in range(2):
        wiring.connecting.heartbeat(connection_id, identity(ada))
    [document] = wiring.store.sockets.find({"_id": connection_id})
    told = [event["eventType"] for event in document["pendingEvents"]]
    assert told == ["USER_ONLINE", "USER_OFFLINE", "USER_ONLINE"]
    assert online(wiring, ada) == [connection_id]


def test_a_function_that_died_before_it_told_redis_leaves_nobody_online(
    own: Callable[..., Wiring], monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = own()
    ada = sign_up(wiring)
    gone, stays = open_socket(wiring, ada), open_socket(wiring, ada)
    with monkeypatch.context() as patch:
        patch.setattr(wiring.presence, "remove", lambda *_arguments: None)
        wiring.connecting.disconnect(gone)
    assert sorted(online(wiring, ada)) == sorted([gone, stays])
    fanout = PresenceFanout(wiring.redis, wiring.sockets, wiring.presence, wiring.presence_audience, wiring.delivery)
    fanout.apply(
        [new_event("USER_OFFLINE", ada.user.userId, wiring.clock, connectionId=each) for each in (gone, stays)]
    )
    assert online(wiring, ada) == [stays], "a socket that is open stays, also where an older event names it"


def test_a_sweep_takes_all_who_vanished(own: Callable[..., Wiring], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence_keeper, "BATCH", 3)
    wiring = own()
    ada = sign_up(wiring)
    vanished = [open_socket(wiring, ada) for _ in range(8)]
    past = wiring.clock() - timedelta(seconds=1)
    wiring.store.sockets.update_many({"_id": {"$in": vanished}}, {"$set": {"presenceUntil": past}})
    keeper(wiring).sweep()
    assert wiring.store.sockets.count_documents({"_id": {"$in": vanished}, "presenceUntil": {"$exists": True}}) == 0


def test_the_sweep_takes_nothing_from_redis_that_was_renewed(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    past = wiring.clock() - timedelta(seconds=1)
    # Redis has the heartbeat already, MongoDB has not yet.
    wiring.store.sockets.update_one({"_id": connection_id}, {"$set": {"presenceUntil": past}})
    keeper(wiring).sweep()
    assert online(wiring, ada) == [connection_id]


def test_a_push_that_meets_a_spent_budget_fails_nobody(
    own: Callable[..., Wiring], monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    wiring.store.sockets.update_one(
        {"_id": connection_id}, {"$set": {"connectedAt": wiring.clock() - timedelta(hours=1)}}
    )

    def gone_at_last(targets: dict[str, object]) -> dict[str, Outcome]:
        time.sleep(0.03)  # longer than the whole budget below
        return dict.fromkeys(targets, Outcome.GONE)

    monkeypatch.setattr(wiring.pusher, "push_all", gone_at_last)
    with pymongo.timeout(0.02):
        wiring.delivery.deliver([connection_id], TypingEvent(userId=ada.user.userId))
    with wiring.store.guard():  # MongoDB is well, and known to be
        assert wiring.store.sockets.find_one({"_id": connection_id})


def keeper(wiring: Wiring) -> PresenceKeeper:
    return PresenceKeeper(wiring.store, wiring.redis, wiring.presence, wiring.publisher, wiring.clock)
