"""The deletions of cached copies that Redis refused: they are done as soon as it is back."""

from pymongo import ASCENDING

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import RedisClient
from chalicelib.consumer.presence_keeper import PresenceKeeper

BATCH = 500
PRESENCE = "presence:"


class KeptDeletions:
    def __init__(self, store: MongoStore, redis: RedisClient, keeper: PresenceKeeper) -> None:
        self._store = store
        self._redis = redis
        self._keeper = keeper

    def apply(self) -> None:
        """Do all of them; a presence set is no copy, and is written again. Raises BackPressure."""
        while self._apply_batch() == BATCH:
            pass  # after a long outage there are many, and all of them are stale now

    def _apply_batch(self) -> int:
        with self._store.guard():
            kept = list(self._store.invalidations.find().sort("at", ASCENDING).limit(BATCH))
        if not kept:
            return 0
        keys = {one["key"] for one in kept}
        self._redis.delete(*sorted(keys))
        for key in keys:
            if key.startswith(PRESENCE):
                self._keeper.rebuild(key.removeprefix(PRESENCE))
        with self._store.guard():
            self._store.invalidations.delete_many({"_id": {"$in": [one["_id"] for one in kept]}})
        return len(kept)
