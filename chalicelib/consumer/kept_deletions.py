"""The deletions of cached copies that Redis refused: they are done as soon as it is back."""

from collections.abc import Collection
from typing import TypedDict, cast

from bson import ObjectId

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import RedisClient
from chalicelib.clock import Clock
from chalicelib.consumer.presence_keeper import PresenceKeeper

BATCH = 500
PRESENCE = "presence:"
_END_OF_PRESENCE = "presence;"
"""The first text behind all that begin with PRESENCE."""

_OF_PRESENCE = {"$gte": PRESENCE, "$lt": _END_OF_PRESENCE}
_OF_COPIES = [{"key": {"$lt": PRESENCE}}, {"key": {"$gte": _END_OF_PRESENCE}}]
"""Ranges, so that the index passes over presence, of which there may be a thousand times as many."""


class _KeptSet(TypedDict):
    """All records of one key."""

    _id: str
    records: list[ObjectId]


class KeptDeletions:
    """Copies go first, and again between the presence sets: an ended session must not wait for who was online.

    After a long outage there is a record of each heartbeat in it, and the sets of presence are no copies: they are
    written again. So all records of a set are done together.
    """

    def __init__(self, store: MongoStore, redis: RedisClient, keeper: PresenceKeeper, clock: Clock) -> None:
        self._store = store
        self._redis = redis
        self._keeper = keeper
        self._clock = clock

    def apply(self) -> None:
        """Do all that are due. Raises BackPressure."""
        self._delete_copies()
        while self._rebuild_presence() == BATCH:
            self._delete_copies()

    def _delete_copies(self) -> None:
        kept_count = BATCH
        while kept_count == BATCH:
            due = {"$or": _OF_COPIES, "at": {"$lte": self._clock()}}
            with self._store.guard():
                kept = list(self._store.invalidations.find(due).limit(BATCH))
            kept_count = len(kept)
            if kept:
                self._redis.delete(*sorted({one["key"] for one in kept}))
                self._done([one["_id"] for one in kept])

    def _rebuild_presence(self) -> int:
        """The sets of BATCH users at most; returns how many they were."""
        pipeline: list[dict[str, object]] = [
            {"$match": {"key": _OF_PRESENCE, "at": {"$lte": self._clock()}}},
            {"$group": {"_id": "$key", "records": {"$push": "$_id"}}},
            {"$limit": BATCH},
        ]
        with self._store.guard():
            kept = cast("list[_KeptSet]", list(self._store.invalidations.aggregate(pipeline)))
        if kept:
            # The records were read first: what is noted from here on is done the next time.
            keys = sorted(one["_id"] for one in kept)
            self._redis.delete(*keys)
            self._keeper.rebuild([key.removeprefix(PRESENCE) for key in keys])
            self._done([record_id for one in kept for record_id in one["records"]])
        return len(kept)

    def _done(self, record_ids: Collection[ObjectId]) -> None:
        with self._store.guard():
            self._store.invalidations.delete_many({"_id": {"$in": list(record_ids)}})
