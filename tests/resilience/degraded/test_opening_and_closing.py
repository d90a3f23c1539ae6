"""Sockets that open and close while one server is lost: a refused one leaves nothing, a closed one is offline."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pymongo.database import Database
from redis import Redis

from chalicelib.clock import milliseconds, utc_now
from tests.e2e.clients import Person, open_socket
from tests.e2e.steps import refused
from tests.resilience.degraded.operations import CLOSING, OPENINGS, Opening
from tests.resilience.degraded.outages import Outage
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

Stored = dict[str, Any]  # Any: BSON


@pytest.fixture
def redis(environment: dict[str, str]) -> Iterator[Redis]:
    with Redis.from_url(environment["REDIS_URL"]) as client:
        yield client


def is_online(lost: Outage, redis: Redis, person: Person) -> bool:
    """Returns whether the user is online by Redis itself, or of a cluster, by the gateway that lost its master."""
    if lost.server == "a master":
        [bob] = {world.bob.user_id: world.bob for world in lost.worlds.values()}.values()
        return bob.is_online(person)
    return bool(redis.zcount(f"presence:{person.user_id}", milliseconds(utc_now()), "+inf"))


def open_ones(mongodb: Database[Stored], person: Person) -> list[Stored]:
    return list(mongodb["sockets"].find({"userId": person.user_id, "closedAt": {"$exists": False}}))


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda opening: opening.name)
def test_an_upgrade_works_or_is_a_503(lost: Outage, opening: Opening, redis: Redis, mongodb: Database[Stored]) -> None:
    """The upgrade works without Redis and without Kafka; without MongoDB it is refused by a 503."""
    ada = lost.worlds[opening.name].ada
    url, headers = opening.shown(ada)
    if lost.server == "mongodb":
        with lost.timed(opening.name):
            assert refused(url, headers) == 503
    else:
        with ExitStack() as stack:
            with lost.timed(opening.name):
                device = stack.enter_context(open_socket(url, headers))
            device.send("register")
            assert device.expect("registered")["userId"] == ada.user_id
            eventually(lambda: is_online(lost, redis, ada), what="Ada online")
        eventually(lambda: not open_ones(mongodb, ada), what="the socket's end")
    eventually(lambda: not is_online(lost, redis, ada), what="Ada offline")
    assert open_ones(mongodb, ada) == []
    assert mongodb["sockets"].count_documents({"userId": ada.user_id, "presenceUntil": {"$exists": True}}) == 0


def test_a_user_who_closes_the_last_socket_is_offline(
    lost: Outage, redis: Redis, mongodb: Database[Stored], event_log: EventLog
) -> None:
    """Without MongoDB the closing cannot be stored there at once: the consumer's sweep does it later."""
    world = lost.worlds[CLOSING.name]
    assert world.device is not None
    assert is_online(lost, redis, world.ada)
    world.device.connection.close()
    eventually(lambda: not is_online(lost, redis, world.ada), what="Ada offline")
    if lost.server == "mongodb":
        [socket] = open_ones(mongodb, world.ada)
        # As if its presence had expired, five minutes after the last heartbeat.
        mongodb["sockets"].update_one({"_id": socket["_id"]}, {"$set": {"presenceUntil": utc_now()}})
        online = {"_id": socket["_id"], "presenceUntil": {"$exists": True}}
        eventually(lambda: mongodb["sockets"].count_documents(online) == 0, what="the sweep")
    else:
        eventually(lambda: not open_ones(mongodb, world.ada), what="the socket's end")
    if lost.server == "kafka":
        pending = {"userId": world.ada.user_id, "pendingEvents.eventType": "USER_OFFLINE"}
        assert mongodb["sockets"].count_documents(pending) == 1
    else:
        eventually(lambda: event_log.of(world.ada.user_id, "USER_OFFLINE"), what="USER_OFFLINE")
    assert not is_online(lost, redis, world.ada)
