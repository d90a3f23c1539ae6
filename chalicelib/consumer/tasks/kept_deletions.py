"""The deletions of cached copies that Redis refused: they are done as soon as it is back."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypedDict, cast

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance

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


@dataclass(frozen=True)
class KeptDeletions:
    """Copies go first, and again between the presence sets: an ended session must not wait for who was online.

    After a long outage there is a record of each heartbeat in it, and the sets of presence are no copies: they are
    written again. So all records of a set are done together.
    """

    mongo: MongoDatabase
    redis: RedisClient
    keeper: PresenceMaintenance
    clock: Clock

    def apply(self) -> None:
        """Do all that are due. Raises DependencyDown."""
        self._delete_copies()
        while self._rebuild_presence() == BATCH:
            self._delete_copies()

    def _delete_copies(self) -> None:
        kept_count = BATCH
        while kept_count == BATCH:
            due = {"$or": _OF_COPIES, "at": {"$lte": self.clock()}}
            with self.mongo.guard():
                kept = list(self.mongo.invalidations.find(due).limit(BATCH))
            kept_count = len(kept)
            if kept:
                self.redis.delete(*sorted({one["key"] for one in kept}))
                self._done([one["_id"] for one in kept])

    def _rebuild_presence(self) -> int:
        """The sets of BATCH users at most; returns how many they were."""
        pipeline: list[dict[str, object]] = [
            {"$match": {"key": _OF_PRESENCE, "at": {"$lte": self.clock()}}},
            {"$group": {"_id": "$key", "records": {"$push": "$_id"}}},
            {"$limit": BATCH},
        ]
        with self.mongo.guard():
            kept = cast("list[_KeptSet]", list(self.mongo.invalidations.aggregate(pipeline)))
        if kept:
            # The records were read first: what is noted from here on is done the next time.
            keys = sorted(one["_id"] for one in kept)
            self.redis.delete(*keys)
            self.keeper.rebuild([key.removeprefix(PRESENCE) for key in keys])
            self._done([record_id for one in kept for record_id in one["records"]])
        return len(kept)

    def _done(self, record_ids: Collection[ObjectId]) -> None:
        with self.mongo.guard():
            self.mongo.invalidations.delete_many({"_id": {"$in": list(record_ids)}})
