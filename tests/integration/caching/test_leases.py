"""The rule for cached copies: whatever the timing, no stale copy outlives a newer write."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from chalicelib.caching.leases import CachedRecord, take_lease
from chalicelib.wiring import Wiring
from tests.support.addresses import email


class Thing(msgspec.Struct, frozen=True):
    name: str


class StubStore:
    """Stands for MongoDB behind a cache. It counts its reads, and calls `during_read` in each of them."""

    def __init__(self, name: str = "old") -> None:
        self.thing: Thing | None = Thing(name)
        self.reads = 0
        self.during_read: Callable[[], None] = lambda: None

    def load(self, _record_id: str) -> Thing | None:
        self.reads += 1
        read = self.thing
        self.during_read()
        return read


def cache_of(wiring: Wiring, store: StubStore) -> CachedRecord[Thing]:
    return CachedRecord(
        redis=wiring.redis, prefix="test-thing:", ttl=timedelta(seconds=60), record_type=Thing, load=store.load
    )


def value(wiring: Wiring, cache: CachedRecord[Thing], record_id: str) -> Thing | None:
    lookup = cache.lookup(record_id)
    wiring.redis.fetch(lookup)
    return lookup.resolve()


@pytest.fixture
def record_id() -> str:
    return email()


def test_a_miss_loads_the_record_once(wiring: Wiring, record_id: str) -> None:
    store = StubStore()
    cache = cache_of(wiring, store)
    assert [value(wiring, cache, record_id) for _ in range(3)] == [Thing("old")] * 3
    assert store.reads == 1


def test_a_slow_fill_does_not_overwrite_a_newer_write(wiring: Wiring, record_id: str) -> None:
    store = StubStore()
    cache = cache_of(wiring, store)

    def write() -> None:
        store.thing = Thing("new")
        wiring.invalidator.delete(cache.key(record_id))

    store.during_read = write
    assert value(wiring, cache, record_id) == Thing("old")  # the record was loaded before the write
    store.during_read = lambda: None
    assert value(wiring, cache, record_id) == Thing("new")
    assert value(wiring, cache, record_id) == Thing("new")
    assert store.reads == 2


def test_a_reader_without_the_lease_loads_the_record_and_fills_nothing(wiring: Wiring, record_id: str) -> None:
    store = StubStore()
    cache = cache_of(wiring, store)
    assert take_lease(wiring.redis, cache.key(record_id))
    assert [value(wiring, cache, record_id) for _ in range(2)] == [Thing("old")] * 2
    assert store.reads == 2


def test_a_missing_record_is_not_cached(wiring: Wiring, record_id: str) -> None:
    store = StubStore()
    store.thing = None
    cache = cache_of(wiring, store)
    assert value(wiring, cache, record_id) is None
    store.thing = Thing("new")
    assert value(wiring, cache, record_id) == Thing("new")


def test_a_copy_of_another_shape_counts_as_a_miss(wiring: Wiring, record_id: str) -> None:
    cache = cache_of(wiring, StubStore())
    wiring.redis.send(("SET", cache.key(record_id), b'{"title": "of another shape"}'))
    assert value(wiring, cache, record_id) == Thing("old")


def test_without_redis_the_record_is_loaded_each_time(without_redis: Wiring, record_id: str) -> None:
    store = StubStore()
    cache = cache_of(without_redis, store)
    assert [value(without_redis, cache, record_id) for _ in range(2)] == [Thing("old")] * 2
    assert store.reads == 2


def test_a_deletion_without_redis_is_kept_in_mongodb(without_redis: Wiring, record_id: str) -> None:
    without_redis.invalidator.delete(f"test-thing:{record_id}")
    kept = without_redis.mongo.invalidations.find_one({"key": f"test-thing:{record_id}"})
    assert kept is not None
