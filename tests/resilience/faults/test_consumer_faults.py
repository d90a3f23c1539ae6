"""Under load the consumer is killed and rebalanced, and Redis is flushed: each event has its effect once."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from infra.local.applications import consumer
from infra.local.running import Running, running_servers
from tests.resilience.faults.books import Auditor, auditing
from tests.resilience.faults.reporting import runs, say
from tests.resilience.faults.sending import sending
from tests.support.controlled import Controlled, controlled
from tests.support.system import LOADED
from tests.support.waiting import eventually

pytestmark = pytest.mark.faults

KILLS = runs("FAULTS_CONSUMER_KILLS", 20)
FLUSHES = runs("FAULTS_REDIS_FLUSHES", 10)
REBALANCES = runs("FAULTS_REBALANCES", 12)


@pytest.fixture(scope="module")
def servers(directory: Path, no_servers: dict[str, str]) -> Iterator[Running]:
    with running_servers(directory, no_servers) as running:
        yield running


@pytest.fixture(scope="module")
def auditor(servers: Running) -> Iterator[Auditor]:
    with auditing(servers.environment) as auditor:
        yield auditor


@pytest.fixture
def consumers(servers: Running, directory: Path) -> Iterator[list[Controlled]]:
    """Three consumers of the group; the first runs."""
    children = [
        replace(consumer({**servers.environment, **LOADED}, health_port=0), name=f"consumer-{number}")
        for number in (1, 2, 3)
    ]
    with controlled(children, directory, started=1) as processes:
        yield processes


def check(auditor: Auditor) -> None:
    books = auditor.settled()
    say(books.summary())
    books.check()


def test_a_consumer_that_is_killed_at_any_point_repeats_no_effect(
    servers: Running, consumers: list[Controlled], auditor: Auditor, seed: int
) -> None:
    rng = random.Random(seed)
    victim = consumers[0]
    with sending(servers.environment) as load:
        for number in range(1, KILLS + 1):
            # The messages sent while the killed member's session timed out keep the new member busy.
            moment = rng.uniform(0, 1.5)
            time.sleep(moment)
            lag = auditor.lag()
            victim.kill()
            say(f"kill {number} of {KILLS}: {moment:.2f} s after it was ready, {lag:,} records behind")
            victim.start()
            victim.wait_until_ready()
    say(f"{len(load.durations):,} messages sent")
    check(auditor)


def test_a_flushed_redis_repeats_no_effect(
    servers: Running, consumers: list[Controlled], auditor: Auditor, seed: int
) -> None:
    rng = random.Random(seed)
    victim = consumers[0]
    with sending(servers.environment), Redis.from_url(servers.environment["REDIS_URL"]) as redis:
        for number in range(1, FLUSHES + 1):
            time.sleep(rng.uniform(0, 2))
            if number % 3 == 0:  # the records that it had not committed come again, while Redis is empty
                victim.kill()
                victim.start()
                victim.wait_until_ready()
            keys = redis.dbsize()
            redis.flushall()
            say(f"FLUSHALL {number} of {FLUSHES}: {keys:,} keys gone")
    check(auditor)


def test_rebalances_repeat_and_skip_nothing(
    servers: Running, consumers: list[Controlled], auditor: Auditor, seed: int
) -> None:
    rng = random.Random(seed)
    first, *others = consumers
    with sending(servers.environment):
        for number in range(1, REBALANCES + 1):
            member = rng.choice(others)
            if member.runs:
                assert member.stop() == 0
                say(f"rebalance {number} of {REBALANCES}: {member.child.name} has left")
            else:
                member.start()
                member.wait_until_ready()
                say(f"rebalance {number} of {REBALANCES}: {member.child.name} has joined")
            time.sleep(rng.uniform(0, 1.5))
        assert first.is_ready()
    check(auditor)


def test_reading_all_records_again_repeats_no_effect(
    servers: Running, consumers: list[Controlled], auditor: Auditor
) -> None:
    """All records come again while Redis is empty. The test makes a load of its own, so it can be run alone."""
    with sending(servers.environment) as load:
        eventually(lambda: len(load.durations) > 500, seconds=60, what="500 messages")
    first = auditor.settled()
    assert consumers[0].stop() == 0
    auditor.forget_offsets()
    with Redis.from_url(servers.environment["REDIS_URL"]) as redis:
        redis.flushall()
    say(f"{auditor.lag():,} records come again")
    consumers[0].start()
    second = auditor.settled()
    assert second.counts == first.counts
    assert second.notified == first.notified
