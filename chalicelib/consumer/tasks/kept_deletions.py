"""Does the deletions of cached copies that Redis refused, as soon as it is back."""

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
"""The first string after all those that begin with PRESENCE."""

_OF_PRESENCE = {"$gte": PRESENCE, "$lt": _END_OF_PRESENCE}
_OF_COPIES = [{"key": {"$lt": PRESENCE}}, {"key": {"$gte": _END_OF_PRESENCE}}]
"""These are ranges, so that the index skips the keys of presence, which may be a thousand times as many."""


class _DeletionsOfKey(TypedDict):
    """The ids of all stored deletions of one key, which is `_id`."""

    _id: str
    records: list[ObjectId]


@dataclass(frozen=True)
class KeptDeletions:
    """Deletes copies first, and again between the sets of presence, as an ended session must not wait for these.

    After a long outage, there is a stored deletion for each heartbeat in it. The sets of presence are not copies, and
    so are written again after they are deleted. That is why all deletions of a set are done together.
    """

    mongo: MongoDatabase
    redis: RedisClient
    presence: PresenceMaintenance
    clock: Clock

    def apply(self) -> None:
        """Do all deletions that are due. Raises DependencyDown."""
        self._delete_copies()
        while self._rebuild_presence() == BATCH:
            self._delete_copies()

    def _delete_copies(self) -> None:
        batch_size = BATCH
        while batch_size == BATCH:
            due = {"$or": _OF_COPIES, "at": {"$lte": self.clock()}}
            with self.mongo.guard():
                deletions = list(self.mongo.invalidations.find(due).limit(BATCH))
            batch_size = len(deletions)
            if deletions:
                self.redis.delete(*sorted({deletion["key"] for deletion in deletions}))
                self._remove([deletion["_id"] for deletion in deletions])

    def _rebuild_presence(self) -> int:
        """Delete the sets of at most BATCH users and write them again. Returns how many these were."""
        pipeline: list[dict[str, object]] = [
            {"$match": {"key": _OF_PRESENCE, "at": {"$lte": self.clock()}}},
            {"$group": {"_id": "$key", "records": {"$push": "$_id"}}},
            {"$limit": BATCH},
        ]
        with self.mongo.guard():
            due = cast("list[_DeletionsOfKey]", list(self.mongo.invalidations.aggregate(pipeline)))
        if due:
            # The deletions were read before the sets are written. Those that are stored from now on are done next time.
            keys = sorted(of_key["_id"] for of_key in due)
            self.redis.delete(*keys)
            self.presence.rebuild([key.removeprefix(PRESENCE) for key in keys])
            self._remove([record_id for of_key in due for record_id in of_key["records"]])
        return len(due)

    def _remove(self, record_ids: Collection[ObjectId]) -> None:
        with self.mongo.guard():
            self.mongo.invalidations.delete_many({"_id": {"$in": list(record_ids)}})
