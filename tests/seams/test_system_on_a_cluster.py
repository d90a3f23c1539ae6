"""The system on a Redis Cluster of three masters: its round trips, and the operators' commands."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from chalicelib import settings
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.consumer.tasks.presence_maintenance import LOADED
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.models.requests import HistoryQuery
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from infra.cloudformation.parts import join
from infra.ops.__main__ import main as ops
from infra.provision.indexes import create_indexes
from tests.support.redis_clusters import RunningCluster, command, running_redis_cluster
from tests.support.redis_workload import use_everything
from tests.support.users import sign_up
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    with running_redis_cluster(tmp_path_factory.mktemp("cluster"), counted=True) as running:
        yield running


@pytest.fixture(scope="module")
def on_the_cluster(cluster: RunningCluster, environment: dict[str, str]) -> dict[str, str]:
    """The environment has a separate database, since all users of the shared one would have to be cached."""
    mongodb_uri = urlsplit(environment["MONGODB_URI"])._replace(path="/on_a_cluster").geturl()
    create_indexes(mongodb_uri)
    return environment | {"REDIS_URL": cluster.url, "MONGODB_URI": mongodb_uri}


@pytest.fixture
def wiring(on_the_cluster: dict[str, str]) -> Iterator[Wiring]:
    with closing(Wiring(settings.load(on_the_cluster))) as wiring:
        yield wiring


def round_trips(cluster: RunningCluster, operation: Callable[[], object]) -> list[int]:
    """The round trips to each master that an operation takes."""
    for proxy in cluster.proxies:
        proxy.round_trips = 0
    operation()
    return [proxy.round_trips for proxy in cluster.proxies]


def test_round_trips_to_each_master_stay_within_the_budgets(cluster: RunningCluster, wiring: Wiring) -> None:
    """Each master gets at most one request for each round trip to a single server, and one more after a script.

    An authenticated request and the presence of a hundred users take one round trip each. A message takes three rather
    than two: presence is looked up after the script has appended the message to the cached copy.
    """
    ada, bob = sign_up(wiring), sign_up(wiring)
    for person in (ada, bob):
        wiring.profiles.own(person.credentials)
        wiring.presence_queries.states(person.credentials, [bob.user.userId])
    wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())

    def send() -> None:
        wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("hi"))

    send()  # loads the script on all masters
    ids = [f"{number:024x}" for number in range(100)]
    assert max(round_trips(cluster, lambda: wiring.profiles.own(ada.credentials))) == 1
    assert round_trips(cluster, lambda: wiring.presence_queries.states(ada.credentials, ids)) == [1, 1, 1]
    trips = round_trips(cluster, send)
    assert max(trips) <= 3
    # Session, user, limits and copy on three masters; the script; two presence sets and two counts on three.
    assert 3 <= sum(trips) <= 3 + 1 + 3


def test_a_look_up_that_follows_a_script_is_sent_after_it_to_any_master(
    cluster: RunningCluster, wiring: Wiring
) -> None:
    """While the script's master hangs, the other master is not asked yet, since its reply would precede the script."""
    keys = [f"user:{number}" for number in range(30)]
    script_key, read_key = (next(key for key in keys if cluster.owner(key) == place) for place in (0, 1))
    values: list[object] = []

    def run() -> None:
        lookup = Lookup([("GET", read_key)], lambda replies: replies[0], lambda: "without Redis")
        wiring.redis.run("return redis.call('SET', KEYS[1], 'done')", [script_key], [], lookup)
        values.append(lookup.resolve())

    wiring.redis.write(("SET", read_key, "before"), ("SET", script_key, "before"))
    run()
    for proxy in cluster.proxies:
        proxy.round_trips = 0
    cluster.masters[0].send(signal.SIGSTOP)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        eventually(lambda: cluster.proxies[0].round_trips == 1, what="the script")
        thread.join(0.1)
        assert cluster.proxies[1].round_trips == 0
        cluster.clients[1].set(read_key, "after")
    finally:
        cluster.masters[0].send(signal.SIGCONT)
    thread.join()
    assert values == [b"before", b"after"]


def test_presence_is_rebuilt_when_one_master_has_lost_it(cluster: RunningCluster, wiring: Wiring) -> None:
    maintenance = presence_maintenance(wiring)
    maintenance.rebuild_after_flush()
    marks = wiring.redis.key_on_each_server(LOADED)
    assert len(marks) == 3
    for master in cluster.clients:
        command(master, "FLUSHALL")
        assert 0 in wiring.redis.send(*(("EXISTS", mark) for mark in marks))
        maintenance.rebuild_after_flush()
        assert wiring.redis.send(*(("EXISTS", mark) for mark in marks)) == [1, 1, 1]


def test_the_redis_user_of_production_may_use_a_cluster(cluster: RunningCluster, environment: dict[str, str]) -> None:
    """The user is in infra/cloudformation/base/redis.yml. Services go on without Redis, so the masters are asked."""
    rules = join("base")["Resources"]["RedisUser"]["Properties"]["AccessString"].split()
    for master in cluster.clients:
        command(master, "ACL SETUSER", "devconnect", ">password", *rules)
    url = urlsplit(cluster.url)
    url = url._replace(netloc=f"devconnect:password@{url.netloc}")
    with closing(Wiring(settings.load(environment | {"REDIS_URL": url.geturl()}))) as wiring:
        use_everything(wiring)
        assert wiring.redis.used_memory() > 0
    assert [entry for master in cluster.clients for entry in master.acl_log()] == []


def test_the_operators_commands_reach_all_masters(
    cluster: RunningCluster, wiring: Wiring, on_the_cluster: dict[str, str]
) -> None:
    people = [sign_up(wiring) for _ in range(30)]

    def run_command(*words: str) -> dict[str, int]:
        result = CliRunner().invoke(ops, [*words, "--json"], env=on_the_cluster, prog_name="ops")
        assert result.exit_code == 0, result.output
        output: dict[str, int] = json.loads(result.stdout)
        return output

    run_command("cache", "warm")
    keys = [f"user:{person.user.userId}" for person in people]
    assert {cluster.owner(key) for key in keys} == {0, 1, 2}
    assert wiring.redis.send(*(("EXISTS", key) for key in keys)) == [1] * 30
    cleaned = run_command("cache", "clean", "user:*")
    assert cleaned["deleted"] == cleaned["found"] >= 30
    assert wiring.redis.send(*(("EXISTS", key) for key in keys)) == [0] * 30
