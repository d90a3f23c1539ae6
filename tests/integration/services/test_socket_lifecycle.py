"""Sockets that end while something else goes on, and functions that die in between: nobody stays online for it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest

from chalicelib.clients.mongo import budget as mongo_budget
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.consumer.tasks import presence_maintenance as presence_keeper
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.errors import RateLimited, Unauthorized, Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.models.pushed import TypingEvent
from chalicelib.push.connections_api import Outcome
from chalicelib.services.accounts import NewSession
from chalicelib.services.socket_lifecycle import MAX_SOCKETS
from chalicelib.stores.sockets import SocketIdentity
from chalicelib.wiring import Wiring
from tests.integration.conftest import sign_up
from tests.support.replacing import replaced

numbers = count()


@pytest.fixture
def own(environment: dict[str, str], make_wiring: Callable[..., Wiring]) -> Callable[..., Wiring]:
    """Makes wirings on a database of their own, in which the running consumer heals nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/socket_lifecycle").geturl()
    return lambda **changes: make_wiring(MONGODB_URI=uri, **changes)


def open_socket(wiring: Wiring, person: NewSession) -> str:
    connection_id = f"lifecycle-{person.user.userId}-{next(numbers)}"
    wiring.socket_lifecycle.connect(connection_id, person.credentials, None)
    return connection_id


def identity(person: NewSession) -> SocketIdentity:
    credentials = person.credentials
    return SocketIdentity(credentials.user_id, credentials.session_id, credentials.expires_at)


def online(wiring: Wiring, person: NewSession) -> list[str]:
    sockets = wiring.presence_store.lookup_sockets(person.user.userId)
    wiring.redis.fetch(sockets)
    return sockets.resolve()


def grown_old(wiring: Wiring, *connection_ids: str) -> None:
    """So that no socket may still be connecting: the gateway knows none of them, and says so."""
    wiring.mongo.sockets.update_many(
        {"_id": {"$in": list(connection_ids)}}, {"$set": {"connectedAt": wiring.clock() - timedelta(hours=1)}}
    )


def test_one_socket_too_many_closes_the_one_that_was_silent_for_longest(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    first, second, *others = [open_socket(wiring, ada) for _ in range(MAX_SOCKETS)]
    grown_old(wiring, first, second, *others)
    wiring.socket_lifecycle.heartbeat(first, identity(ada))
    newest = open_socket(wiring, ada)
    assert set(online(wiring, ada)) == {first, newest, *others}
    assert wiring.mongo.sockets.count_documents({"_id": second, "closedAt": {"$exists": True}}) == 1


def test_who_may_not_connect_leaves_nothing(own: Callable[..., Wiring]) -> None:
    wiring = own(RATE_LIMIT_CONNECT="2/600")
    ada, bob = sign_up(wiring), sign_up(wiring)
    open_socket(wiring, ada)
    open_socket(wiring, ada)
    with pytest.raises(RateLimited):
        open_socket(wiring, ada)
    assert wiring.mongo.sockets.count_documents({"userId": ada.user.userId}) == 2
    wiring.logout.log_out(bob.credentials)
    with pytest.raises(Unauthorized):
        open_socket(wiring, bob)
    assert wiring.mongo.sockets.count_documents({"userId": bob.user.userId}) == 0


def test_a_push_that_meets_410_removes_the_socket_and_goes_on(own: Callable[..., Wiring]) -> None:
    wiring = own(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9")  # so that events stay where they can be seen
    ada, bob = sign_up(wiring), sign_up(wiring)
    gone = open_socket(wiring, bob)
    grown_old(wiring, gone)
    connecting = open_socket(wiring, bob)
    sent = wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, text="hi", client_message_id="1")
    assert sent.message.seq == 1
    assert online(wiring, bob) == [connecting], "one that may still be connecting answers 410 too, and stays"
    [document] = wiring.mongo.sockets.find({"_id": gone})
    assert "closedAt" in document
    assert document["pendingEvents"][-1]["eventType"] == "USER_OFFLINE"


def test_a_socket_that_only_redis_knows_is_removed_by_a_410(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    grown_old(wiring, connection_id)
    wiring.socket_lifecycle.disconnect(connection_id)
    # The second write of a heartbeat whose first came before the end.
    wiring.presence_store.renew(ada.user.userId, connection_id, wiring.clock() + timedelta(minutes=5))
    wiring.delivery.deliver(online(wiring, ada), TypingEvent(userId=ada.user.userId))
    assert online(wiring, ada) == []


def test_a_socket_that_could_not_be_opened_whole_is_not_online(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)

    def fail(*_arguments: object) -> None:
        raise Unavailable

    with replaced(wiring.presence_store, "renew", fail), pytest.raises(Unavailable):
        open_socket(wiring, ada)
    [document] = wiring.mongo.sockets.find({"userId": ada.user.userId})
    assert "closedAt" in document
    assert "presenceUntil" not in document
    assert document["pendingEvents"] == []


def test_a_heartbeat_brings_no_closed_socket_back(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    assert wiring.socket_lifecycle.heartbeat(connection_id, identity(ada)) is not None
    wiring.socket_lifecycle.disconnect(connection_id)
    assert wiring.socket_lifecycle.heartbeat(connection_id, identity(ada)) is None
    assert online(wiring, ada) == []


def test_a_heartbeat_after_the_sweep_tells_it_once(own: Callable[..., Wiring]) -> None:
    wiring = own(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9")  # so that events stay where they can be seen
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    wiring.mongo.sockets.update_one(
        {"_id": connection_id}, {"$set": {"presenceUntil": wiring.clock() - timedelta(seconds=1)}}
    )
    keeper(wiring).sweep()
    for _ in range(2):
        wiring.socket_lifecycle.heartbeat(connection_id, identity(ada))
    [document] = wiring.mongo.sockets.find({"_id": connection_id})
    told = [event["eventType"] for event in document["pendingEvents"]]
    assert told == ["USER_ONLINE", "USER_OFFLINE", "USER_ONLINE"]
    assert online(wiring, ada) == [connection_id]


def test_a_function_that_died_before_it_told_redis_leaves_nobody_online(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    gone, stays = open_socket(wiring, ada), open_socket(wiring, ada)
    with replaced(wiring.presence_store, "remove", lambda *_arguments: None):
        wiring.socket_lifecycle.disconnect(gone)
    assert sorted(online(wiring, ada)) == sorted([gone, stays])
    fanout = PresenceFanout(
        redis=wiring.redis,
        sockets=wiring.socket_store,
        presence=wiring.presence_store,
        audience=wiring.presence_audience,
        background=wiring.background_delivery,
    )
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
    wiring.mongo.sockets.update_many({"_id": {"$in": vanished}}, {"$set": {"presenceUntil": past}})
    keeper(wiring).sweep()
    assert wiring.mongo.sockets.count_documents({"_id": {"$in": vanished}, "presenceUntil": {"$exists": True}}) == 0


def test_the_sweep_takes_nothing_from_redis_that_was_renewed(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    past = wiring.clock() - timedelta(seconds=1)
    # Redis has the heartbeat already, MongoDB has not yet.
    wiring.mongo.sockets.update_one({"_id": connection_id}, {"$set": {"presenceUntil": past}})
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

    monkeypatch.setattr(wiring.connections_api, "push_all", gone_at_last)
    with mongo_budget.budget():
        wiring.delivery.deliver([connection_id], TypingEvent(userId=ada.user.userId))
    assert wiring.mongo.sockets.count_documents({"_id": connection_id, "closedAt": {"$exists": True}}) == 1


def test_a_spent_budget_is_a_clear_error_and_mongodb_stays_well(
    own: Callable[..., Wiring], monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = own()
    monkeypatch.setattr(mongo_budget, "REQUEST_SECONDS", 0.05)
    with mongo_budget.budget():
        with wiring.mongo.guard():
            time.sleep(0.06)  # as an operation would take it
        with pytest.raises(Unavailable), wiring.mongo.guard():
            wiring.mongo.sockets.find_one({})
    with wiring.mongo.guard():
        wiring.mongo.sockets.find_one({})


def keeper(wiring: Wiring) -> PresenceMaintenance:
    return PresenceMaintenance(
        mongo=wiring.mongo,
        redis=wiring.redis,
        presence=wiring.presence_store,
        publisher=wiring.publisher,
        clock=wiring.clock,
    )


def open_in_the_database(wiring: Wiring, person: NewSession) -> set[str]:
    query = {"userId": person.user.userId, "closedAt": {"$exists": False}}
    return {socket["_id"] for socket in wiring.mongo.sockets.find(query)}


def lapse(wiring: Wiring, person: NewSession) -> None:
    """Let the presence of all sockets of a user end, as where no heartbeat comes; the sockets stay open."""
    wiring.mongo.sockets.update_many(
        {"userId": person.user.userId, "presenceUntil": {"$exists": True}},
        {"$set": {"presenceUntil": wiring.clock() - timedelta(seconds=1)}},
    )
    keeper(wiring).sweep()
    wiring.redis.delete(f"presence:{person.user.userId}")


def test_sockets_count_while_they_are_open_and_not_while_they_are_online(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    first = {open_socket(wiring, ada) for _ in range(MAX_SOCKETS)}
    grown_old(wiring, *first)
    lapse(wiring, ada)
    second = {open_socket(wiring, ada) for _ in range(MAX_SOCKETS)}
    assert open_in_the_database(wiring, ada) == second
    for connection_id in first:
        assert wiring.socket_lifecycle.heartbeat(connection_id, identity(ada)) is None
    assert set(online(wiring, ada)) == second


def test_a_socket_that_comes_back_by_a_heartbeat_keeps_the_limit(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)
    sockets = [f"revived-{ada.user.userId}-{number}" for number in range(MAX_SOCKETS + 5)]
    for connection_id in sockets:  # as of connects whose functions died before they closed others
        wiring.socket_store.open(connection_id, ada.credentials)
    lapse(wiring, ada)
    for connection_id in sockets:
        wiring.socket_lifecycle.heartbeat(connection_id, identity(ada))
    assert len(open_in_the_database(wiring, ada)) == MAX_SOCKETS
    assert len(online(wiring, ada)) <= MAX_SOCKETS


def test_sockets_that_open_at_the_same_time_keep_the_limit(own: Callable[..., Wiring]) -> None:
    wiring = own()
    ada = sign_up(wiring)

    def connect(_number: int) -> None:
        with suppress(RateLimited):  # it was one too many before it was open
            open_socket(wiring, ada)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(connect, range(2 * MAX_SOCKETS)))
    assert len(open_in_the_database(wiring, ada)) == MAX_SOCKETS
    assert set(online(wiring, ada)) == open_in_the_database(wiring, ada)
