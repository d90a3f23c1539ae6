"""The rule of cached copies: whatever the timing, no older copy stays over a newer truth."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from chalicelib.caching.leases import CachedRecord, take_lease
from chalicelib.wiring import Wiring
from tests.support.addresses import email


class Thing(msgspec.Struct, frozen=True):
    name: str


class Truth:
    """What MongoDB is to a cache: it counts its reads, and something can happen during one."""

    def __init__(self, name: str = "old") -> None:
        self.thing: Thing | None = Thing(name)
        self.reads = 0
        self.during_read: Callable[[], None] = lambda: None

    def load(self, _record_id: str) -> Thing | None:
        self.reads += 1
        read = self.thing
        self.during_read()
        return read


def cache_of(wiring: Wiring, truth: Truth) -> CachedRecord[Thing]:
    return CachedRecord(wiring.redis, "test-thing:", timedelta(seconds=60), Thing, truth.load)


def value(wiring: Wiring, cache: CachedRecord[Thing], record_id: str) -> Thing | None:
    read = cache.lookup(record_id)
    wiring.redis.fetch(read)
    return read.resolve()


@pytest.fixture
def record_id() -> str:
    return email()


def test_a_miss_loads_the_record_once(wiring: Wiring, record_id: str) -> None:
    truth = Truth()
    cache = cache_of(wiring, truth)
    assert [value(wiring, cache, record_id) for _ in range(3)] == [Thing("old")] * 3
    assert truth.reads == 1


def test_a_slow_fill_does_not_overwrite_a_newer_write(wiring: Wiring, record_id: str) -> None:
    truth = Truth()
    cache = cache_of(wiring, truth)

    def write() -> None:
        truth.thing = Thing("new")
        wiring.invalidator.delete(cache.key(record_id))

    truth.during_read = write
    assert value(wiring, cache, record_id) == Thing("old")  # it was read before the write
    truth.during_read = lambda: None
    assert value(wiring, cache, record_id) == Thing("new")
    assert value(wiring, cache, record_id) == Thing("new")
    assert truth.reads == 2


def test_a_reader_without_the_lease_loads_the_record_and_fills_nothing(wiring: Wiring, record_id: str) -> None:
    truth = Truth()
    cache = cache_of(wiring, truth)
    assert take_lease(wiring.redis, cache.key(record_id))
    assert [value(wiring, cache, record_id) for _ in range(2)] == [Thing("old")] * 2
    assert truth.reads == 2


def test_a_missing_record_is_not_cached(wiring: Wiring, record_id: str) -> None:
    truth = Truth()
    truth.thing = None
    cache = cache_of(wiring, truth)
    assert value(wiring, cache, record_id) is None
    truth.thing = Thing("new")
    assert value(wiring, cache, record_id) == Thing("new")


def test_a_copy_of_another_shape_counts_as_a_miss(wiring: Wiring, record_id: str) -> None:
    cache = cache_of(wiring, Truth())
    wiring.redis.send(("SET", cache.key(record_id), b'{"title": "of another shape"}'))
    assert value(wiring, cache, record_id) == Thing("old")


def test_without_redis_the_record_is_loaded_each_time(without_redis: Wiring, record_id: str) -> None:
    truth = Truth()
    cache = cache_of(without_redis, truth)
    assert [value(without_redis, cache, record_id) for _ in range(2)] == [Thing("old")] * 2
    assert truth.reads == 2


def test_a_deletion_without_redis_is_kept_in_mongodb(without_redis: Wiring, record_id: str) -> None:
    without_redis.invalidator.delete(f"test-thing:{record_id}")
    kept = without_redis.mongo.invalidations.find_one({"key": f"test-thing:{record_id}"})
    assert kept is not None
