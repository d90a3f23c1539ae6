"""Does the deletions that Redis refused, of copies and of sets of presence, as soon as it is back."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict, cast

from bson import ObjectId

from chalicelib.caching import kept_deletions
from chalicelib.caching.kept_deletions import OF_PRESENCE, PRESENCE, CopyDeletions
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.errors import RedisUnavailable

BATCH = kept_deletions.BATCH


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

    @cached_property
    def _copies(self) -> CopyDeletions:
        return CopyDeletions(self.mongo, self.redis, self.clock)

    def apply(self) -> None:
        """Do all deletions that are due. Raises DependencyDown."""
        self._delete_copies()
        while self._rebuild_presence() == BATCH:
            self._delete_copies()

    def _delete_copies(self) -> None:
        batch_is_full = True
        while batch_is_full:
            batch = self._copies.delete_batch()
            if batch.refused or batch.unreachable:
                raise RedisUnavailable("Some kept deletions could not be done yet")
            batch_is_full = batch.due == kept_deletions.BATCH

    def _rebuild_presence(self) -> int:
        """Delete the sets of at most BATCH users and write them again. Returns how many these were."""
        pipeline: list[dict[str, object]] = [
            {"$match": {"key": OF_PRESENCE, "at": {"$lte": self.clock()}}},
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
            self._copies.remove([record_id for of_key in due for record_id in of_key["records"]])
        return len(due)
