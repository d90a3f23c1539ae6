"""Kafka is down for half a minute under load: no request waits for it, and no event is lost."""

import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

import pytest

from chalicelib.consumer.tasks.relay import GRACE
from infra.local.running import RunningSystem, running_system
from tests.resilience.faults.books import auditing
from tests.resilience.faults.reporting import runs, say
from tests.resilience.faults.using import Call, using
from tests.support.brokers import running_broker
from tests.support.controlled import Controlled
from tests.support.processes import children
from tests.support.system import LOADED
from tests.support.waiting import eventually

pytestmark = pytest.mark.faults

RECOVERY = timedelta(seconds=5)
"""How long after Kafka's return each worker publishes its own events again."""
LATE_SHARE = 0.02
"""The share of the later calls that may be slow, as two cores run all of this; each slow call is shown."""
GRACE_SECONDS = GRACE.total_seconds()
OUTAGE_SECONDS = runs("FAULTS_OUTAGE_SECONDS", 30)
FIRST_BOUND = 1.5
"""Seconds that the first call of each worker may take, which notices that Kafka is down."""
LATER_BOUND = 0.2
"""Seconds that each later call may take, the breaker's probes included."""


@pytest.fixture(scope="module")
def broker_and_system(directory: Path, no_servers: dict[str, str]) -> Iterator[tuple[Controlled, RunningSystem]]:
    with (
        running_broker(directory) as (broker, address),
        running_system(directory, {**no_servers, **LOADED, "KAFKA_BOOTSTRAP_SERVERS": address}) as system,
    ):
        yield broker, system


def freeze(broker: Controlled) -> None:
    broker.send(signal.SIGSTOP)


def thaw(broker: Controlled) -> None:
    broker.send(signal.SIGCONT)


def start_again(broker: Controlled) -> None:
    broker.start()
    broker.wait_until_ready()


@pytest.mark.parametrize(
    ("stop", "bring_back"), [(freeze, thaw), (Controlled.kill, start_again)], ids=["frozen", "killed"]
)
def test_nobody_waits_for_kafka_and_every_event_arrives(
    broker_and_system: tuple[Controlled, RunningSystem],
    seed: int,
    stop: Callable[[Controlled], None],
    bring_back: Callable[[Controlled], None],
) -> None:
    broker, system = broker_and_system
    with using(system, users=3, per_second=20, seed=seed) as usage:
        time.sleep(5)  # the duration of the load, not a wait for a condition
        stopped_at = time.monotonic()
        stop(broker)
        time.sleep(OUTAGE_SECONDS)
        returned_at = time.monotonic()
        bring_back(broker)
        time.sleep(RECOVERY.total_seconds())
        recovered_at = datetime.now(UTC)
        time.sleep(5)
    workers = sum(len(children(zygote)) for zygote in children(system.entry("gateway").pid))
    before = [call for call in usage.calls if call.started_at + call.seconds <= stopped_at]
    during = usage.between(stopped_at, returned_at)
    say(f"Kafka up:   {_times(before)}")
    say(f"Kafka down: {_times(during)}; {len(_slow(during))} above {LATER_BOUND} s, of {workers} workers")
    for call in _slow(during):
        say(f"    {call.seconds:.2f} s: {call.what}, {call.started_at - stopped_at:.1f} s after the stop")

    assert [call for call in usage.calls if call.status not in {200, 201}] == []
    assert max(call.seconds for call in during) <= FIRST_BOUND
    assert len(_slow(during)) - workers <= LATE_SHARE * len(during)

    with auditing(system.environment) as auditor:
        say(f"{auditor.pending():,} documents with pending events after the return")
        # The relay leaves events this young alone, so the functions themselves have published them.
        eventually(lambda: auditor.pending(recovered_at) == 0, seconds=GRACE_SECONDS / 2, what="functions that publish")
        books = auditor.settled()
    say(f"{books.summary()}; {time.monotonic() - returned_at:.0f} s after the return")
    books.check()


def _slow(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.seconds > LATER_BOUND]


def _times(calls: list[Call]) -> str:
    seconds = sorted(call.seconds for call in calls)
    cuts = quantiles(seconds, n=100)
    return (
        f"{len(seconds):,} calls, p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f}, "
        f"p99 {cuts[98] * 1000:.0f}, longest {seconds[-1] * 1000:.0f}"
    )
