"""Sockets that end while something else goes on, and functions that die in between: nobody stays online for it."""

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest

from chalicelib.clients import mongo_budget
from chalicelib.consumer import presence_keeper
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.consumer.presence_keeper import PresenceKeeper
from chalicelib.errors import RateLimited, Unauthorized, Unavailable
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


def grown_old(wiring: Wiring, *connection_ids: str) -> None:
    """So that no socket may still be connecting: the gateway knows none of them, and says so."""
    wiring.store.sockets.update_many(
        {"_id": {"$in": list(connection_ids)}}, {"$set": {"connectedAt": wiring.clock() - timedelta(hours=1)}}
    )


def test_one_socket_too_many_closes_the_one_that_was_silent_for_longest(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    first, second, *others = [open_socket(wiring, ada) for _ in range(MAX_SOCKETS)]
    grown_old(wiring, first, second, *others)
    wiring.connecting.heartbeat(first, identity(ada))
    newest = open_socket(wiring, ada)
    assert set(online(wiring, ada)) == {first, newest, *others}
    assert wiring.store.sockets.count_documents({"_id": second, "closedAt": {"$exists": True}}) == 1


def test_who_may_not_connect_leaves_nothing(own: Callable[..., Wiring]) -> None:
    wiring = own(RATE_LIMIT_CONNECT="2/600")
    ada, bob = sign_up(wiring), sign_up(wiring)
    open_socket(wiring, ada)
    open_socket(wiring, ada)
    with pytest.raises(RateLimited):
        open_socket(wiring, ada)
    assert wiring.store.sockets.count_documents({"userId": ada.user.userId}) == 2
    wiring.endings.log_out(bob.credentials)
    with pytest.raises(Unauthorized):
        open_socket(wiring, bob)
    assert wiring.store.sockets.count_documents({"userId": bob.user.userId}) == 0


def test_a_push_that_meets_410_removes_the_socket_and_goes_on(own: Callable[..., Wiring]) -> None:
    wiring = own(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9")  # so that events stay where they can be seen
    ada, bob = sign_up(wiring), sign_up(wiring)
    gone = open_socket(wiring, bob)
    grown_old(wiring, gone)
    connecting = open_socket(wiring, bob)
    sent = wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, text="hi", client_message_id="1")
    assert sent.message.seq == 1
    assert online(wiring, bob) == [connecting], "one that may still be connecting answers 410 too, and stays"
    [document] = wiring.store.sockets.find({"_id": gone})
    assert "closedAt" in document
    assert document["pendingEvents"][-1]["eventType"] == "USER_OFFLINE"


def test_a_socket_that_only_redis_knows_is_removed_by_a_410(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    grown_old(wiring, connection_id)
    wiring.connecting.disconnect(connection_id)
    # The second write of a heartbeat whose first came before the end.
    wiring.presence.renew(ada.user.userId, connection_id, wiring.clock() + timedelta(minutes=5))
    wiring.delivery.deliver(online(wiring, ada), TypingEvent(userId=ada.user.userId))
    assert online(wiring, ada) == []


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


def test_the_time_of_pushes_is_not_taken_from_mongodb(
    own: Callable[..., Wiring], monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    grown_old(wiring, connection_id)
    monkeypatch.setattr(mongo_budget, "REQUEST_SECONDS", 0.1)

    def gone_at_last(targets: dict[str, object]) -> dict[str, Outcome]:
        time.sleep(0.15)  # longer than the whole budget
        return dict.fromkeys(targets, Outcome.GONE)

    monkeypatch.setattr(wiring.pusher, "push_all", gone_at_last)
    with mongo_budget.budget():
        wiring.delivery.deliver([connection_id], TypingEvent(userId=ada.user.userId))
    assert wiring.store.sockets.count_documents({"_id": connection_id, "closedAt": {"$exists": True}}) == 1


def test_a_spent_budget_is_a_clear_error_and_mongodb_stays_well(
    own: Callable[..., Wiring], monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = own()
    monkeypatch.setattr(mongo_budget, "REQUEST_SECONDS", 0.05)
    with mongo_budget.budget():
        with wiring.store.guard():
            time.sleep(0.06)  # as an operation would take it
        with pytest.raises(Unavailable), wiring.store.guard():
            wiring.store.sockets.find_one({})
    with wiring.store.guard():
        wiring.store.sockets.find_one({})


def keeper(wiring: Wiring) -> PresenceKeeper:
    return PresenceKeeper(wiring.store, wiring.redis, wiring.presence, wiring.publisher, wiring.clock)
