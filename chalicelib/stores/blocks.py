"""Who has blocked whom: `users.blocked` in MongoDB is the truth, and `blockers:<userId>` in Redis a reversed copy.

The reason for that copy: a request may ask for the presence of a hundred users, and must learn in the same round trip
which of them have blocked the requester. The cached users would be a hundred more keys, and most of them misses.
"""

from datetime import timedelta

from bson import ObjectId

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import CachedRecord
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.models import fields
from chalicelib.stores.users import UserStore

TTL = timedelta(hours=24)
"""Long, as the list is empty for nearly every user, and a block or an unblock deletes the copy."""


class BlockStore:
    def __init__(self, *, mongo: MongoDatabase, redis: RedisClient, users: UserStore, invalidator: Invalidator) -> None:
        self._mongo = mongo
        self._users = users
        self._invalidator = invalidator
        self._cache = CachedRecord(redis=redis, prefix="blockers:", ttl=TTL, record_type=list[str], load=self._load)

    def lookup_blockers(self, user_id: str) -> Lookup[list[str] | None]:
        """The userIds of those who have blocked a user. The value is never None: it is empty if nobody has."""
        return self._cache.lookup(user_id)

    def add(self, blocker_id: str, blocked_id: str) -> bool:
        """Block a user; a repeat changes nothing. Raises Unavailable.

        Returns False, and changes nothing, where the blocker blocks MAX_BLOCKED others already, or has left.
        """
        self._announce(blocker_id, blocked_id)
        has_room = {f"blocked.{fields.MAX_BLOCKED - 1}": {"$exists": False}}
        with self._mongo.guard():
            added = self._mongo.users.update_one(
                {
                    "_id": ObjectId(blocker_id),
                    # Nothing is stored of a user who left after this request was admitted.
                    "deletedAt": {"$exists": False},
                    "$or": [{"blocked": blocked_id}, has_room],
                },
                {"$addToSet": {"blocked": blocked_id}},
            )
        if not added.matched_count:
            return False
        self._forget(blocker_id, blocked_id)
        return True

    def remove(self, blocker_id: str, blocked_id: str) -> None:
        """Unblock a user; a repeat changes nothing. Raises Unavailable."""
        self._announce(blocker_id, blocked_id)
        with self._mongo.guard():
            self._mongo.users.update_one({"_id": ObjectId(blocker_id)}, {"$pull": {"blocked": blocked_id}})
        self._forget(blocker_id, blocked_id)

    def _announce(self, blocker_id: str, blocked_id: str) -> None:
        self._invalidator.announce(self._users.cache_key(blocker_id), self._cache.key(blocked_id))

    def _forget(self, blocker_id: str, blocked_id: str) -> None:
        # Even if nothing changed: an earlier attempt may have died between its commit and its deletion of the copies.
        self._invalidator.delete(self._users.cache_key(blocker_id), self._cache.key(blocked_id))

    def _load(self, user_id: str) -> list[str]:
        with self._mongo.guard():
            return [str(user["_id"]) for user in self._mongo.users.find({"blocked": user_id}, projection={"_id": 1})]
