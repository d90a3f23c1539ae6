"""A cache that is wrong on purpose: who reads a miss sets what was read, whatever happened meanwhile."""

from functools import cached_property

import msgspec

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import CachedRecord, T
from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import RedisClient
from chalicelib.clients.redis_server import Reply
from chalicelib.clock import Clock
from chalicelib.services.users import TTL, User, Users
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


class NaiveUsers(Users):
    def __init__(self, store: MongoStore, redis: RedisClient, invalidator: Invalidator, clock: Clock) -> None:
        super().__init__(store, redis, invalidator, clock)
        self._cache = NaiveRecord(redis, "user:", TTL, User, self._load)


class NaiveWiring(Wiring):
    @cached_property
    def users(self) -> Users:
        return NaiveUsers(self.store, self.redis, self.invalidator, self.clock)
