"""Deletes cached copies after a write, and stores the deletions that Redis refused."""

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
"""After this time, a write that was sent has either happened or will never happen."""


class Invalidator:
    """Deletes copies, or stores the deletions in `invalidations`: see kept_deletions.py.

    One of the two is done before the response to the write is sent.
    """

    def __init__(self, redis: RedisClient, mongo: MongoDatabase, clock: Clock) -> None:
        self._redis = redis
        self._mongo = mongo
        self._clock = clock

    def delete(self, *keys: str) -> None:
        """Delete the copies under these keys, now or later.

        Raises Unavailable where neither Redis nor MongoDB takes the deletion: the outcome of the write is then unknown.
        """
        try:
            self._redis.delete(*keys)
        except RedisUnavailable:
            self.remember(*keys)

    def remember(self, *keys: str) -> None:
        """Store keys that the consumer is to delete. Raises Unavailable."""
        log.warning("Deletions are kept for later: %s", keys, extra={"action": "invalidation_kept"})
        self._keep(keys, self._clock())

    def announce(self, *keys: str) -> None:
        """Have the consumer delete keys again once the request is over. Call this before a write that has no event.

        It covers a process that dies before it could delete them. For every other write, the effects of its event do
        so. Raises Unavailable.
        """
        self._keep(keys, self._clock() + REQUEST_IS_OVER)

    def _keep(self, keys: Sequence[str], at: datetime) -> None:
        with self._mongo.guard():
            self._mongo.invalidations.insert_many([{"_id": ObjectId(), "key": key, "at": at} for key in keys])
