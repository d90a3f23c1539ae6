"""A cache that is wrong on purpose: a read that misses sets what it has read, whatever was written meanwhile."""

from functools import cached_property

import msgspec

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import CachedRecord, T
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.exchange import Reply
from chalicelib.clock import Clock
from chalicelib.stores.users import TTL, User, UserStore
from chalicelib.wiring import Wiring


class NaiveRecord(CachedRecord[T]):
    def _decode(self, record_id: str, reply: Reply) -> T | None:
        if isinstance(reply, bytes):
            return super()._decode(record_id, reply)
        record = self._load(record_id)
        if record is not None:
            seconds = int(TTL.total_seconds())
            self._redis.send(("SET", self.key(record_id), msgspec.json.encode(record), "EX", seconds))
        return record


class NaiveUsers(UserStore):
    def __init__(self, *, mongo: MongoDatabase, redis: RedisClient, invalidator: Invalidator, clock: Clock) -> None:
        super().__init__(mongo=mongo, redis=redis, invalidator=invalidator, clock=clock)
        self._cache = NaiveRecord(redis=redis, prefix="user:", ttl=TTL, record_type=User, load=self._load)


class NaiveWiring(Wiring):
    @cached_property
    def user_store(self) -> UserStore:
        return NaiveUsers(mongo=self.mongo, redis=self.redis, invalidator=self.invalidator, clock=self.clock)
