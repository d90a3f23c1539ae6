"""What the running consumer repairs by itself, without any request."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database
from redis import Redis

from chalicelib.clock import milliseconds, utc_now
from infra.ops.redis_access import opened_redis
from tests.e2e.clients import Person
from tests.support.event_log import EventLog
from tests.support.waiting import eventually


@pytest.fixture
def redis(environment: dict[str, str]) -> Iterator["Redis"]:
    with opened_redis(environment["REDIS_URL"]) as client:
        yield client


def vanish(mongodb: Database[dict[str, Any]], redis: "Redis", person: Person) -> None:
    """Changes the user's sockets as if their last heartbeat had been a presence TTL ago.

    MongoDB comes first, so that a rebuild of presence which reads it in between does not bring the old time back. For
    the same reason nothing may be left that has the set written again, as a slow Redis leaves it behind.
    """
    key = f"presence:{person.user_id}"
    eventually(lambda: not mongodb.invalidations.count_documents({"key": key}), what="deletions that were kept")
    past = utc_now() - timedelta(seconds=1)
    sockets = [socket["_id"] for socket in mongodb.sockets.find({"userId": person.user_id})]
    mongodb.sockets.update_many({"_id": {"$in": sockets}}, {"$set": {"presenceUntil": past}})
    redis.zadd(key, dict.fromkeys(sockets, milliseconds(past)))


def test_a_vanished_device_goes_offline_and_a_heartbeat_brings_it_back(
    ada: Person, bob: Person, mongodb: Database[dict[str, Any]], redis: "Redis", event_log: EventLog
) -> None:
    with ada.device() as device:
        vanish(mongodb, redis, ada)
        [offline] = eventually(lambda: event_log.of(ada.user_id, "USER_OFFLINE"), what="USER_OFFLINE")
        assert not bob.is_online(ada)
        device.send("register")
        device.expect("registered")
        assert bob.is_online(ada)
        online = eventually(
            lambda: events if len(events := event_log.of(ada.user_id, "USER_ONLINE")) == 2 else [],
            what="another USER_ONLINE",
        )
        assert {event["data"]["connectionId"] for event in online} == {offline["data"]["connectionId"]}


def test_presence_lost_from_redis_is_rebuilt(ada: Person, bob: Person, redis: "Redis") -> None:
    with ada.device(), ada.device():
        # The keys that a flush would take away. A whole flush would do harm where the developer named a server.
        redis.delete(f"presence:{ada.user_id}", "presence:loaded")
        eventually(lambda: redis.zcard(f"presence:{ada.user_id}") == 2, what="presence")
        assert bob.is_online(ada)


def test_a_deletion_that_redis_refused_is_done_later(
    ada: Person, redis: "Redis", mongodb: Database[dict[str, Any]]
) -> None:
    ada.get("/api/profile")
    key = f"user:{ada.user_id}"
    assert redis.exists(key)
    mongodb.invalidations.insert_one({"key": key, "at": utc_now()})
    eventually(lambda: not redis.exists(key), what="the deletion")
    eventually(lambda: mongodb.invalidations.count_documents({"key": key}) == 0, what="the end of its record")
    assert ada.get("/api/profile").status_code == 200


def test_an_event_that_was_left_pending_is_published(
    ada: Person, mongodb: Database[dict[str, Any]], event_log: EventLog
) -> None:
    """A handler that died between its write and its publish leaves such an event."""
    entry = {
        "eventId": "01890a5d-ac96-774b-bcce-b302099a8057",
        "eventType": "PROFILE_UPDATED",
        "userId": ada.user_id,
        "timestamp": "2026-01-31T12:00:00.000Z",
        "version": 1,
        "data": {"fields": []},
        "at": utc_now() - timedelta(seconds=11),
    }
    mongodb.users.update_one({"emailId": ada.email_id}, {"$push": {"pendingEvents": entry}})
    [event] = eventually(lambda: event_log.of(ada.user_id, "PROFILE_UPDATED"), what="the event")
    assert event == {name: value for name, value in entry.items() if name != "at"}
    eventually(
        lambda: mongodb.users.count_documents({"emailId": ada.email_id, "pendingEvents": []}) == 1,
        what="the end of the pending event",
    )
