"""Deletes cached copies after a write, and remembers the deletions that Redis refused."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock
from chalicelib.errors import RedisUnavailable

log = logging.getLogger(__name__)

REQUEST_IS_OVER = timedelta(seconds=10)
"""After so long a write that was sent has happened, or will not."""


class Invalidator:
    """A deletion is done, or stored in `invalidations` for the consumer, before the answer to the write goes out."""

    def __init__(self, redis: RedisClient, mongo: MongoDatabase, clock: Clock) -> None:
        self._redis = redis
        self._mongo = mongo
        self._clock = clock

    def delete(self, *keys: str) -> None:
        """Raises Unavailable where neither Redis nor MongoDB took it: the outcome of the write is then unknown."""
        try:
            self._redis.delete(*keys)
        except RedisUnavailable:
            self.remember(*keys)

    def remember(self, *keys: str) -> None:
        """Store keys for the consumer to delete. Raises Unavailable."""
        log.warning("Deletions are kept for later: %s", keys, extra={"action": "invalidation_kept"})
        self._keep(keys, self._clock())

    def announce(self, *keys: str) -> None:
        """Have the consumer delete keys once more when the request is over: before a write that carries no event.

        The effects of an event do that for all others, where the process dies before it could. Raises Unavailable.
        """
        self._keep(keys, self._clock() + REQUEST_IS_OVER)

    def _keep(self, keys: Sequence[str], at: datetime) -> None:
        with self._mongo.guard():
            self._mongo.invalidations.insert_many([{"_id": ObjectId(), "key": key, "at": at} for key in keys])
