"""What single commands to the servers cost. No operation that is built on them can be faster."""

import time
from collections.abc import Callable
from typing import Any

from bson import ObjectId
from pymongo import MongoClient
from redis import Redis

from chalicelib.clock import utc_now
from chalicelib.events.envelope import new_event
from chalicelib.wiring import Wiring

CALLS = 300


def floors(wiring: Wiring) -> dict[str, list[float]]:
    """{command: the seconds of each call}, with plain clients of the drivers."""
    mongodb: MongoClient[dict[str, Any]] = MongoClient(  # Any: BSON
        wiring.settings.mongodb_uri, w="majority", readConcernLevel="majority"
    )
    with mongodb, Redis.from_url(wiring.settings.redis_url) as redis:
        collection = mongodb.get_default_database().floors
        known = ObjectId()
        collection.insert_one({"_id": known})
        redis.set("floor", "x" * 300, ex=60)  # as large as a cached user
        event = new_event("PROFILE_VIEW", str(known), utc_now, viewedUserId=str(known))
        return {
            "Redis: PING": _time(redis.ping),
            "Redis: GET": _time(lambda: redis.get("floor")),
            "MongoDB: find by _id": _time(lambda: collection.find_one({"_id": known})),
            "MongoDB: insert, majority": _time(lambda: collection.insert_one({"_id": ObjectId()})),
            "Kafka: one event, acknowledged": _time(lambda: wiring.publisher.publish_all([event])),
        }


def _time(call: Callable[[], object]) -> list[float]:
    seconds = []
    for _ in range(CALLS):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return seconds
