"""RedisClient on a Redis Cluster of three masters gives the same replies, and does not wait for a lost master."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import redis

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clients.redis.server import CONNECT_SECONDS, REPLY_SECONDS
from chalicelib.errors import RedisUnavailable
from infra.local.servers.certificates import make_certificates
from tests.support.clocks import ManualClock
from tests.support.redis_clusters import RunningCluster, is_whole, running_redis_cluster
from tests.support.waiting import eventually

AFTER_OPEN = timedelta(seconds=3)
"""Longer than a breaker stays open."""

KEYS = [f"user:{number}" for number in range(30)]


@pytest.fixture(scope="module", params=["plain", "tls"])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    directory = tmp_path_factory.mktemp("cluster")
    tls = make_certificates(directory / "certificates") if request.param == "tls" else None
    with running_redis_cluster(directory, tls) as running:
        yield running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def client(cluster: RunningCluster, clock: ManualClock) -> Iterator[RedisClient]:
    client = RedisClient(cluster.url, Breaker(clock))
    client.write(*(("SET", key, key) for key in KEYS))
    with closing(client):
        yield client


def lookups() -> list[Lookup[object]]:
    return [Lookup([("GET", key)], lambda replies: replies[0], lambda: "without Redis") for key in KEYS]


def values(client: RedisClient) -> list[object]:
    wanted = lookups()
    client.fetch(*wanted)
    return [lookup.resolve() for lookup in wanted]


def all_values() -> list[bytes]:
    return [key.encode() for key in KEYS]


def test_a_batch_returns_the_keys_of_all_masters_in_order(client: RedisClient, cluster: RunningCluster) -> None:
    assert {cluster.owner(key) for key in KEYS} == {0, 1, 2}
    assert client.send(*(("GET", key) for key in KEYS)) == all_values()
    assert values(client) == all_values()
    assert client.ping()
    assert client.used_memory() > sum(1_000_000 for _master in cluster.masters)


def test_an_error_of_one_command_is_its_reply(client: RedisClient) -> None:
    error, value = client.send(("ZCARD", KEYS[0]), ("GET", KEYS[1]))
    assert isinstance(error, redis.ResponseError)
    assert value == KEYS[1].encode()
    with pytest.raises(RedisUnavailable):
        client.write(("ZADD", KEYS[0], 1, "x"))


def test_a_script_runs_on_the_master_of_its_key_even_if_it_was_flushed(
    client: RedisClient, cluster: RunningCluster
) -> None:
    for key in KEYS[:10]:
        lookup = Lookup([("GET", KEYS[-1])], lambda replies: replies[0], lambda: None)
        assert client.run("return redis.call('GET', KEYS[1])", [key], [], lookup) == key.encode()
        assert lookup.resolve() == KEYS[-1].encode()
    for master in cluster.clients:
        master.script_flush()
    assert client.run("return redis.call('GET', KEYS[1])", [KEYS[0]], []) == KEYS[0].encode()


def test_deletions_reach_all_masters(client: RedisClient) -> None:
    client.delete(*KEYS)
    assert values(client) == [None] * len(KEYS)


def test_a_spread_key_has_one_key_on_each_master(client: RedisClient, cluster: RunningCluster) -> None:
    spread = client.key_on_each_server("presence:loaded")
    assert "presence:loaded" in spread
    assert sorted(cluster.owner(key) for key in spread) == [0, 1, 2]
    assert client.key_on_each_server("presence:loaded") == spread


def test_a_moving_slot_is_followed(client: RedisClient, cluster: RunningCluster) -> None:
    """While the slot moves, its keys are at either master (ASK); afterwards they are at the other one (MOVED)."""
    key, other = KEYS[0], "{" + KEYS[0] + "}"
    assert client.send(("GET", key)) == [key.encode()]
    source = cluster.owner(key)
    target = (source + 1) % 3
    cluster.begin_to_move(key, source, target)
    assert client.send(("GET", key), ("SET", other, "new"), ("GET", other)) == [key.encode(), True, b"new"]
    cluster.migrate(key, source, target)
    assert values(client) == all_values()
    cluster.finish_move(key, target)
    assert values(client) == all_values()
    assert client.send(("GET", other)) == [b"new"]
    assert cluster.clients[target].get(other) == "new"
    client.delete(key, other)
    assert client.send(("EXISTS", key)) == [0]


@pytest.fixture
def freeze_master(cluster: RunningCluster) -> Iterator[Callable[[int], None]]:
    """Freezes a master until the test ends."""
    frozen: list[int] = []

    def freeze(place: int) -> None:
        cluster.masters[place].send(signal.SIGSTOP)
        frozen.append(place)

    yield freeze
    for place in frozen:
        cluster.masters[place].send(signal.SIGCONT)
    eventually(lambda: all(is_whole(client) for client in cluster.clients), what="the whole cluster")


def test_a_master_that_hangs_costs_one_wait_and_only_its_own_keys(
    client: RedisClient, cluster: RunningCluster, clock: ManualClock, freeze_master: Callable[[int], None]
) -> None:
    assert values(client) == all_values()
    lost = [cluster.owner(key) == 0 for key in KEYS]
    expected = ["without Redis" if is_lost else key.encode() for key, is_lost in zip(KEYS, lost, strict=True)]
    freeze_master(0)
    began = time.monotonic()
    assert values(client) == expected
    assert time.monotonic() - began < REPLY_SECONDS + CONNECT_SECONDS
    began = time.monotonic()
    for _ in range(20):
        assert values(client) == expected
    assert time.monotonic() - began < REPLY_SECONDS
    with pytest.raises(RedisUnavailable):
        client.send(*(("GET", key) for key in KEYS))
    with pytest.raises(RedisUnavailable):
        client.delete(*KEYS)  # the keys of the other masters are deleted
    assert values(client) == ["without Redis" if is_lost else None for is_lost in lost]
    assert client.used_memory() > 0
    clock.now += AFTER_OPEN
    assert values(client) == ["without Redis" if is_lost else None for is_lost in lost]


def test_a_recovered_master_is_used_again(
    client: RedisClient, cluster: RunningCluster, clock: ManualClock, freeze_master: Callable[[int], None]
) -> None:
    freeze_master(1)
    assert "without Redis" in values(client)
    cluster.masters[1].send(signal.SIGCONT)
    assert "without Redis" in values(client)  # until its breaker lets a probe through
    clock.now += AFTER_OPEN

    def has_all_keys() -> bool:
        clock.now += AFTER_OPEN
        return values(client) == all_values()

    eventually(has_all_keys, what="all keys")


def test_an_unreachable_cluster_counts_as_down(clock: ManualClock) -> None:
    with closing(RedisClient("redis+cluster://127.0.0.1:9,127.0.0.1:10", Breaker(clock))) as client:
        assert values(client) == ["without Redis"] * len(KEYS)
        with pytest.raises(RedisUnavailable):
            client.send(("GET", KEYS[0]))
        with pytest.raises(RedisUnavailable):
            client.delete(KEYS[0])
        with pytest.raises(RedisUnavailable):
            client.key_on_each_server("presence:loaded")
        assert not client.ping()


def test_what_is_no_copy_is_not_believed_where_its_master_refuses_writes(
    client: RedisClient, cluster: RunningCluster
) -> None:
    sets = [f"presence:{number}" for number in range(30)]
    refusing = [key for key in sets if cluster.owner(key) == 0]
    accepting = [key for key in sets if cluster.owner(key) != 0]

    def count(keys: list[str]) -> object:
        lookup: Lookup[object] = Lookup(
            [("ZCARD", key) for key in keys],
            lambda replies: sum(reply for reply in replies if isinstance(reply, int)),
            lambda: "without Redis",
            no_copies=keys,
        )
        client.fetch(lookup)
        return lookup.resolve()

    assert count(sets) == 0
    assert not client.refuses_writes()
    cluster.clients[0].config_set("maxmemory", 1)
    try:
        assert count(sets) == count(refusing) == "without Redis"
        assert count(accepting) == 0
        assert client.refuses_writes()
    finally:
        cluster.clients[0].config_set("maxmemory", 0)
    assert count(sets) == 0


def test_deletions_that_a_master_missed_are_done_before_it_is_believed(
    cluster: RunningCluster, clock: ManualClock
) -> None:
    drains: list[bool] = []

    def drain() -> bool:
        drains.append(True)
        return len(drains) > 1

    with closing(RedisClient(cluster.url, Breaker(clock), drain)) as client:
        client.write(*(("SET", key, key) for key in KEYS))
        cluster.masters[0].send(signal.SIGSTOP)
        try:
            assert "without Redis" in values(client)
            assert drains == [], "it is down yet"
        finally:
            cluster.masters[0].send(signal.SIGCONT)
        eventually(lambda: all(is_whole(one) for one in cluster.clients), what="the whole cluster")
        clock.now += AFTER_OPEN
        assert values(client) == ["without Redis"] * len(KEYS), "the first drain was not complete"
        eventually(lambda: values(client) == all_values(), what="belief in Redis")
        assert len(drains) == 2
