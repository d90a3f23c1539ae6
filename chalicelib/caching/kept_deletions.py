"""Does the deletions of copies that Redis refused: in the consumer, and in each process that Redis returns to.

Any number of processes may do them at once, as a copy that is deleted twice is only filled twice.
"""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import Deletion, RedisClient
from chalicelib.clock import Clock
from chalicelib.errors import RedisUnavailable, Unavailable

log = logging.getLogger(__name__)

BATCH = 500
DRAIN_SECONDS = 0.5
"""How long a request goes on with further batches of deletions before it does without Redis."""

PRESENCE = "presence:"
_END_OF_PRESENCE = "presence;"
"""The first string after all those that begin with PRESENCE."""

OF_PRESENCE = {"$gte": PRESENCE, "$lt": _END_OF_PRESENCE}
_OF_COPIES = [{"key": {"$lt": PRESENCE}}, {"key": {"$gte": _END_OF_PRESENCE}}]
"""These are ranges, so that the index skips the keys of presence, which may be a thousand times as many."""


class DeletedBatch(NamedTuple):
    """How many kept deletions were due, and of how many of their keys a server refused the deletion, or was down."""

    due: int
    refused: int
    unreachable: int


@dataclass(frozen=True)
class CopyDeletions:
    mongo: MongoDatabase
    redis: RedisClient
    clock: Clock

    def drain(self) -> bool:
        """Do what is due, for DRAIN_SECONDS at most. Returns whether the copies in Redis can be believed.

        Keys of a server that is down do not count, as its copies cannot be read. Never raises.
        """
        give_up_at = time.monotonic() + DRAIN_SECONDS
        try:
            batch = self.delete_batch()
            while batch.due == BATCH and not batch.refused and time.monotonic() < give_up_at:
                batch = self.delete_batch()
        except (RedisUnavailable, Unavailable) as error:
            log.warning("Kept deletions are still to be done: %s", error, extra={"action": "deletions_wait"})
            return False
        return batch.due < BATCH and not batch.refused

    def delete_batch(self) -> DeletedBatch:
        """Do up to BATCH deletions that are due. Raises RedisUnavailable, Unavailable."""
        due = {"$or": _OF_COPIES, "at": {"$lte": self.clock()}}
        with self.mongo.guard():
            deletions = list(self.mongo.invalidations.find(due).limit(BATCH))
        if not deletions:
            return DeletedBatch(0, 0, 0)
        outcomes = self.redis.try_to_delete({deletion["key"] for deletion in deletions})
        self.remove([one["_id"] for one in deletions if outcomes[one["key"]] is Deletion.DONE])
        counted = list(outcomes.values())
        return DeletedBatch(len(deletions), counted.count(Deletion.REFUSED), counted.count(Deletion.UNREACHABLE))

    def remove(self, record_ids: Collection[ObjectId]) -> None:
        """Forget kept deletions that are done. Raises Unavailable."""
        if record_ids:
            with self.mongo.guard():
                self.mongo.invalidations.delete_many({"_id": {"$in": list(record_ids)}})
