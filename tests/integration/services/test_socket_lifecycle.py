"""Sockets that end during other operations, and functions that die halfway, leave nobody online."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest

from chalicelib.clients import budget as mongo_budget
from chalicelib.clock import milliseconds
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.consumer.tasks import presence_maintenance as presence_maintenance_module
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.errors import RateLimited, Unauthorized, Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.models.pushed import TypingEvent
from chalicelib.push.connections_api import Outcome
from chalicelib.services.accounts import NewSession
from chalicelib.services.socket_lifecycle import MAX_SOCKETS
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.sockets import SocketIdentity
from chalicelib.wiring import Wiring
from tests.support.replacing import replaced
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring

numbers = count()


@pytest.fixture
def make_own_wiring(environment: dict[str, str], make_wiring: MakeWiring) -> MakeWiring:
    """Makes wirings on separate databases, in which the running consumer heals nothing and takes nobody's presence."""
    separate = {
        "MONGODB_URI": urlsplit(environment["MONGODB_URI"])._replace(path="/socket_lifecycle").geturl(),
        "REDIS_URL": urlsplit(environment["REDIS_URL"])._replace(path="/6").geturl(),
    }
    return lambda **changes: make_wiring(**separate | changes)


def open_socket(wiring: Wiring, person: NewSession) -> str:
    connection_id = f"lifecycle-{person.user.userId}-{next(numbers)}"
    wiring.socket_lifecycle.connect(connection_id, person.credentials, None)
    return connection_id


def identity(person: NewSession) -> SocketIdentity:
    credentials = person.credentials
    return SocketIdentity(credentials.user_id, credentials.session_id, credentials.expires_at)


def online_sockets(wiring: Wiring, person: NewSession) -> list[str]:
    sockets = wiring.presence_store.lookup_sockets(person.user.userId)
    wiring.redis.fetch(sockets)
    return sockets.resolve()


def make_older(wiring: Wiring, *connection_ids: str) -> None:
    """Makes sockets too old to be connecting still. So a 410 for them is believed: the gateway knows none of them."""
    wiring.mongo.sockets.update_many(
        {"_id": {"$in": list(connection_ids)}}, {"$set": {"connectedAt": wiring.clock() - timedelta(hours=1)}}
    )


def test_a_socket_beyond_the_limit_closes_the_longest_silent_one(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    first, second, *others = [open_socket(wiring, ada) for _ in range(MAX_SOCKETS)]
    make_older(wiring, first, second, *others)
    wiring.socket_lifecycle.heartbeat(first, identity(ada))
    newest = open_socket(wiring, ada)
    assert set(online_sockets(wiring, ada)) == {first, newest, *others}
    assert wiring.mongo.sockets.count_documents({"_id": second, "closedAt": {"$exists": True}}) == 1


def test_a_refused_connect_stores_no_socket(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring(RATE_LIMIT_CONNECT="2/600")
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


def test_a_push_answered_with_410_removes_the_socket_and_sends_the_message(
    make_own_wiring: MakeWiring,
) -> None:
    wiring = make_own_wiring(
        KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9"
    )  # so that events stay pending, where the test sees them
    ada, bob = sign_up(wiring), sign_up(wiring)
    gone = open_socket(wiring, bob)
    make_older(wiring, gone)
    connecting = open_socket(wiring, bob)
    sent = wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("hi", "1"))
    assert sent.message.seq == 1
    assert online_sockets(wiring, bob) == [connecting], (
        "the gateway answers 410 for a socket that is still connecting too, and that one stays"
    )
    [document] = wiring.mongo.sockets.find({"_id": gone})
    assert "closedAt" in document
    assert document["pendingEvents"][-1]["eventType"] == "USER_OFFLINE"


def test_a_410_removes_a_socket_that_is_only_in_redis(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    make_older(wiring, connection_id)
    wiring.socket_lifecycle.disconnect(connection_id)
    # As where Redis was flushed after the disconnect, and then a heartbeat did its second write.
    key = f"presence:{ada.user.userId}"
    wiring.redis.write(("ZADD", key, milliseconds(wiring.clock() + timedelta(minutes=5)), connection_id))
    wiring.delivery.deliver(online_sockets(wiring, ada), TypingEvent(userId=ada.user.userId))
    assert online_sockets(wiring, ada) == []


def test_a_connect_that_fails_halfway_leaves_the_socket_closed(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)

    def fail(*_arguments: object) -> None:
        raise Unavailable

    with replaced(wiring.presence_store, "renew", fail), pytest.raises(Unavailable):
        open_socket(wiring, ada)
    [document] = wiring.mongo.sockets.find({"userId": ada.user.userId})
    assert "closedAt" in document
    assert "presenceUntil" not in document
    assert document["pendingEvents"] == []


def test_a_heartbeat_does_not_reopen_a_closed_socket(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    assert wiring.socket_lifecycle.heartbeat(connection_id, identity(ada)) is not None
    wiring.socket_lifecycle.disconnect(connection_id)
    assert wiring.socket_lifecycle.heartbeat(connection_id, identity(ada)) is None
    assert online_sockets(wiring, ada) == []


def test_heartbeats_after_a_sweep_publish_one_user_online(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring(
        KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9"
    )  # so that events stay pending, where the test sees them
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    wiring.mongo.sockets.update_one(
        {"_id": connection_id}, {"$set": {"presenceUntil": wiring.clock() - timedelta(seconds=1)}}
    )
    presence_maintenance(wiring).sweep()
    for _ in range(2):
        wiring.socket_lifecycle.heartbeat(connection_id, identity(ada))
    [document] = wiring.mongo.sockets.find({"_id": connection_id})
    published = [event["eventType"] for event in document["pendingEvents"]]
    assert published == ["USER_ONLINE", "USER_OFFLINE", "USER_ONLINE"]
    assert online_sockets(wiring, ada) == [connection_id]


def test_the_fanout_removes_a_closed_socket_that_a_dead_function_left_in_redis(
    make_own_wiring: MakeWiring,
) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    gone, stays = open_socket(wiring, ada), open_socket(wiring, ada)
    with replaced(wiring.presence_store, "remove", lambda *_arguments: None):
        wiring.socket_lifecycle.disconnect(gone)
    assert sorted(online_sockets(wiring, ada)) == sorted([gone, stays])
    fanout = PresenceFanout(
        redis=wiring.redis,
        sockets=wiring.socket_store,
        visibility=wiring.visibility,
        presence=wiring.presence_store,
        audience=wiring.presence_audience,
        background=wiring.background_delivery,
        clock=wiring.clock,
    )
    fanout.apply(
        [new_event("USER_OFFLINE", ada.user.userId, wiring.clock, connectionId=socket) for socket in (gone, stays)]
    )
    assert online_sockets(wiring, ada) == [stays], "an open socket stays, even if an older event names it"


def test_a_sweep_takes_every_vanished_socket_offline(
    make_own_wiring: MakeWiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_maintenance_module, "BATCH", 3)
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    vanished = [open_socket(wiring, ada) for _ in range(8)]
    past = wiring.clock() - timedelta(seconds=1)
    wiring.mongo.sockets.update_many({"_id": {"$in": vanished}}, {"$set": {"presenceUntil": past}})
    presence_maintenance(wiring).sweep()
    assert wiring.mongo.sockets.count_documents({"_id": {"$in": vanished}, "presenceUntil": {"$exists": True}}) == 0


def test_a_sweep_keeps_presence_that_was_renewed_in_redis(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    past = wiring.clock() - timedelta(seconds=1)
    # The heartbeat has reached Redis, but not MongoDB yet.
    wiring.mongo.sockets.update_one({"_id": connection_id}, {"$set": {"presenceUntil": past}})
    presence_maintenance(wiring).sweep()
    assert online_sockets(wiring, ada) == [connection_id]


def test_the_time_of_pushes_does_not_count_against_the_mongodb_budget(
    make_own_wiring: MakeWiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    connection_id = open_socket(wiring, ada)
    make_older(wiring, connection_id)
    monkeypatch.setattr(mongo_budget, "REQUEST_SECONDS", 0.1)

    def slowly_gone(targets: dict[str, object]) -> dict[str, Outcome]:
        time.sleep(0.15)  # longer than the whole budget
        return dict.fromkeys(targets, Outcome.GONE)

    monkeypatch.setattr(wiring.connections_api, "push_all", slowly_gone)
    with mongo_budget.budget():
        wiring.delivery.deliver([connection_id], TypingEvent(userId=ada.user.userId))
    assert wiring.mongo.sockets.count_documents({"_id": connection_id, "closedAt": {"$exists": True}}) == 1


def test_a_spent_mongodb_budget_is_unavailable_and_mongodb_stays_usable(
    make_own_wiring: MakeWiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = make_own_wiring()
    assert wiring.mongo.ping()  # its client is made with the usual time, before that of a request is cut short
    monkeypatch.setattr(mongo_budget, "REQUEST_SECONDS", 0.05)
    with mongo_budget.budget():
        with wiring.mongo.guard():
            time.sleep(0.06)  # as long as an operation may take
        with pytest.raises(Unavailable), wiring.mongo.guard():
            wiring.mongo.sockets.find_one({})
    with wiring.mongo.guard():
        wiring.mongo.sockets.find_one({})


def open_in_the_database(wiring: Wiring, person: NewSession) -> set[str]:
    query = {"userId": person.user.userId, "closedAt": {"$exists": False}}
    return {socket["_id"] for socket in wiring.mongo.sockets.find(query)}


def lapse(wiring: Wiring, person: NewSession) -> None:
    """Let the presence of all sockets of a user end, as where no heartbeat comes; the sockets stay open."""
    wiring.mongo.sockets.update_many(
        {"userId": person.user.userId, "presenceUntil": {"$exists": True}},
        {"$set": {"presenceUntil": wiring.clock() - timedelta(seconds=1)}},
    )
    presence_maintenance(wiring).sweep()
    wiring.redis.delete(f"presence:{person.user.userId}")


def test_sockets_count_while_they_are_open_and_not_while_they_are_online(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    first = {open_socket(wiring, ada) for _ in range(MAX_SOCKETS)}
    make_older(wiring, *first)
    lapse(wiring, ada)
    second = {open_socket(wiring, ada) for _ in range(MAX_SOCKETS)}
    assert open_in_the_database(wiring, ada) == second
    for connection_id in first:
        assert wiring.socket_lifecycle.heartbeat(connection_id, identity(ada)) is None
    assert set(online_sockets(wiring, ada)) == second


def test_a_socket_that_comes_back_by_a_heartbeat_keeps_the_limit(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)
    sockets = [f"revived-{ada.user.userId}-{number}" for number in range(MAX_SOCKETS + 5)]
    for connection_id in sockets:  # as of connects whose functions died before they closed others
        wiring.socket_store.open(connection_id, ada.credentials)
    lapse(wiring, ada)
    for connection_id in sockets:
        wiring.socket_lifecycle.heartbeat(connection_id, identity(ada))
    assert len(open_in_the_database(wiring, ada)) == MAX_SOCKETS
    assert len(online_sockets(wiring, ada)) <= MAX_SOCKETS


def test_sockets_that_open_at_the_same_time_keep_the_limit(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    ada = sign_up(wiring)

    def connect(_number: int) -> None:
        with suppress(RateLimited):  # it was one too many before it was open
            open_socket(wiring, ada)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(connect, range(2 * MAX_SOCKETS)))
    assert len(open_in_the_database(wiring, ada)) == MAX_SOCKETS
    assert set(online_sockets(wiring, ada)) == open_in_the_database(wiring, ada)
