"""A Redis that answers and takes no writes, or has evicted keys: nobody who is online is shown offline for it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bson import ObjectId
from redis import Redis
from redis.exceptions import OutOfMemoryError

from chalicelib.consumer.effects.last_times import LastTimes
from chalicelib.consumer.tasks.schedule import deletion_tasks, presence_maintenance
from chalicelib.errors import RedisUnavailable
from chalicelib.events.envelope import new_event
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from infra.local.ports import free_port
from infra.local.servers.redis import redis as redis_server
from tests.support.addresses import CLOSED_PORT
from tests.support.controlled import controlled
from tests.support.users import sign_up

REFUSALS = ("full", "a replica", "too few replicas", "cannot save")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis of this file's own, which may be spoilt."""
    directory = tmp_path_factory.mktemp("redis")
    with (
        controlled([redis_server(directory, free_port())], directory) as [running],
        closing(Redis.from_url(running.child.address)) as client,
    ):
        yield client


@pytest.fixture
def redis(server: Redis) -> Iterator[Redis]:
    """The server, empty and in good health, and in good health again afterwards."""
    server.flushdb()
    yield server
    recover(server)


@pytest.fixture
def wiring(environment: dict[str, str], redis: Redis, make_wiring: Callable[..., Wiring]) -> Wiring:
    """On that server, and on a database in which the running consumer heals nothing."""
    port = redis.connection_pool.connection_kwargs["port"]
    uri = urlsplit(environment["MONGODB_URI"])._replace(path=f"/refuses_{ObjectId()}").geturl()
    return make_wiring(REDIS_URL=f"redis://127.0.0.1:{port}/0", MONGODB_URI=uri)


def refuse(redis: Redis, manner: str, directory: Path) -> None:
    match manner:
        case "full":
            redis.config_set("maxmemory", 1)
        case "a replica":
            redis.replicaof("127.0.0.1", CLOSED_PORT)
        case "too few replicas":
            redis.config_set("min-replicas-to-write", 1)
        case _:
            former = str(redis.config_get("dir")["dir"])
            gone = directory / "gone"
            gone.mkdir()
            redis.config_set("save", "3600 1000000")
            redis.config_set("dir", str(gone))
            gone.rmdir()
            redis.bgsave()
            while redis.info("persistence")["rdb_bgsave_in_progress"]:
                pass
            redis.config_set("dir", former)


def recover(redis: Redis) -> None:
    redis.replicaof("NO", "ONE")
    for name, value in (
        ("maxmemory", 0),
        ("maxmemory-policy", "noeviction"),
        ("min-replicas-to-write", 0),
        ("save", ""),
    ):
        redis.config_set(name, value)


def connect(wiring: Wiring, person: NewSession) -> str:
    connection_id = f"socket-{ObjectId()}"
    wiring.socket_lifecycle.connect(connection_id, person.credentials, None)
    return connection_id


def sockets_of(wiring: Wiring, person: NewSession) -> set[str]:
    lookup = wiring.presence_store.lookup_sockets(person.user.userId)
    wiring.redis.fetch(lookup)
    return set(lookup.resolve())


def states(wiring: Wiring, *people: NewSession) -> list[bool]:
    ids = [person.user.userId for person in people]
    return [state.online for state in wiring.presence_queries.states(people[0].credentials, ids)]


@pytest.mark.parametrize("manner", REFUSALS)
def test_who_connects_or_leaves_while_writes_are_refused_is_seen_so(
    wiring: Wiring, redis: Redis, manner: str, tmp_path: Path
) -> None:
    ada, bob, carol = (sign_up(wiring) for _ in range(3))
    first, last = connect(wiring, ada), connect(wiring, carol)
    refuse(redis, manner, tmp_path)
    second, bobs = connect(wiring, ada), connect(wiring, bob)
    wiring.socket_lifecycle.disconnect(last)
    assert states(wiring, ada, bob, carol) == [True, True, False]
    assert sockets_of(wiring, ada) == {first, second}
    assert sockets_of(wiring, bob) == {bobs}
    assert wiring.health.dependencies() == {"mongodb": "ok", "redis": "refuses_writes", "kafka": "ok"}
    recover(redis)
    for task in deletion_tasks(wiring):
        task.run()
    assert redis.zrange(f"presence:{bob.user.userId}", 0, -1) == [bobs.encode()]
    assert redis.exists(f"presence:{carol.user.userId}") == 0
    assert states(wiring, ada, bob, carol) == [True, True, False]
    assert wiring.health.dependencies()["redis"] == "ok"


def test_events_have_their_effects_while_redis_is_full_and_no_earlier_time_is_shown(
    wiring: Wiring, redis: Redis
) -> None:
    ada = sign_up(wiring)
    effect = LastTimes(
        redis=wiring.redis, invalidator=wiring.invalidator, visibility=wiring.visibility, clock=wiring.clock
    )
    effect.apply([new_event("USER_LOGIN", ada.user.userId, wiring.clock)])
    redis.config_set("maxmemory", 1)
    effect.apply([new_event("USER_LOGIN", ada.user.userId, lambda: wiring.clock() + timedelta(seconds=1))])
    for task in deletion_tasks(wiring):
        task.run()
    assert redis.keys(f"user:{ada.user.userId}:*") == []


def test_presence_that_is_read_along_with_a_refused_script_is_not_believed(wiring: Wiring, redis: Redis) -> None:
    ada, bob = sign_up(wiring), sign_up(wiring)
    redis.config_set("maxmemory", 1)
    bobs = connect(wiring, bob)
    with_script, after = (wiring.presence_store.lookup_sockets(bob.user.userId) for _ in range(2))
    with pytest.raises(RedisUnavailable):
        wiring.redis.run("return redis.call('SET', KEYS[1], 'x')", ["any"], [], with_script)
    wiring.redis.run("return 0", ["any"], [], after)
    assert with_script.resolve() == after.resolve() == [bobs]
    assert states(wiring, ada, bob) == [False, True]


def test_a_look_at_presence_changes_nothing(wiring: Wiring, redis: Redis) -> None:
    ada = sign_up(wiring)
    lookup = wiring.presence_store.lookup_states([ada.user.userId])
    changes = redis.info("persistence")["rdb_changes_since_last_save"]
    wiring.redis.fetch(lookup)
    assert not lookup.resolve()[0].online
    assert redis.info("persistence")["rdb_changes_since_last_save"] == changes
    assert redis.exists(f"presence:{ada.user.userId}") == 0


def test_one_probe_is_enough_for_the_presence_of_a_hundred(wiring: Wiring, redis: Redis) -> None:
    lookup = wiring.presence_store.lookup_states([str(ObjectId()) for _ in range(100)])
    wiring.redis.send(("PING",))
    before = redis.info("commandstats").get("cmdstat_zadd", {"calls": 0})["calls"]
    wiring.redis.fetch(lookup)
    assert redis.info("commandstats")["cmdstat_zadd"]["calls"] == before + 1


def test_a_server_that_evicts_what_expires_keeps_presence(wiring: Wiring, redis: Redis) -> None:
    """As the production's is configured: volatile-lru."""
    ada = sign_up(wiring)
    socket = connect(wiring, ada)
    assert redis.exists(f"session:{ada.credentials.session_id}")
    evict(redis, "volatile-lru")
    assert redis.exists(f"session:{ada.credentials.session_id}") == 0
    assert sockets_of(wiring, ada) == {socket}


def test_presence_is_written_again_after_evictions_and_not_more_often_than_every_few_seconds(
    wiring: Wiring, redis: Redis
) -> None:
    ada = sign_up(wiring)
    socket = connect(wiring, ada)
    later = timedelta()
    keeper = replace(presence_maintenance(wiring), clock=lambda: wiring.clock() + later)
    keeper.rebuild_after_flush()
    key = f"presence:{ada.user.userId}"

    def lost_and_evicted() -> None:
        redis.delete(key)
        redis.set("copy", "x", ex=60)
        evict(redis, "volatile-lru")

    lost_and_evicted()
    keeper.rebuild_after_flush()
    assert redis.exists(key) == 0, "a moment ago all sets were written"
    later = timedelta(seconds=6)
    keeper.rebuild_after_flush()
    assert sockets_of(wiring, ada) == {socket}
    redis.delete(key)
    later = timedelta(seconds=12)
    keeper.rebuild_after_flush()
    assert redis.exists(key) == 0, "nothing was evicted since"


def evict(redis: Redis, policy: str) -> None:
    redis.config_set("maxmemory-policy", policy)
    redis.config_set("maxmemory", 1)
    with pytest.raises(OutOfMemoryError):
        redis.set("one more", "x")
    redis.config_set("maxmemory", 0)
