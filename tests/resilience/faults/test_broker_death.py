"""Under load, brokers of a three-broker cluster are killed one after the other: acknowledged events stay."""

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.events.envelope import encode, new_event
from chalicelib.wiring import Wiring
from infra.local.applications import consumer
from infra.local.running import running_servers
from tests.resilience.faults.books import auditing
from tests.resilience.faults.reporting import runs, say
from tests.resilience.faults.sending import sending
from tests.support.brokers import running_cluster
from tests.support.controlled import Controlled, controlled
from tests.support.system import LOADED

pytestmark = pytest.mark.faults

DEATHS = runs("FAULTS_BROKER_DEATHS", 4)
LONGEST_STALL = 15.0
"""Seconds within which another broker leads, the breaker has closed, and a process publishes events again."""
LONGEST_SECONDS = 300.0
"""Seconds after which the load ends by itself, even where nobody stops it."""


@dataclass(frozen=True)
class Cluster:
    brokers: list[Controlled]
    environment: Mapping[str, str]


@dataclass
class Views:
    """PROFILE_VIEW events: they are stored nowhere else, so nobody but Kafka can keep those that it acknowledged."""

    sent: int = 0
    acknowledged: list[str] = field(default_factory=list)
    longest_stall: float = 0.0
    """The longest time in seconds between two acknowledgements, or from the last one to the end."""


@pytest.fixture(scope="module")
def cluster(directory: Path, no_servers: dict[str, str]) -> Iterator[Cluster]:
    with (
        running_cluster(directory) as (brokers, addresses),
        running_servers(directory, {**no_servers, "KAFKA_BOOTSTRAP_SERVERS": addresses}) as servers,
    ):
        environment = {**servers.environment, **LOADED}
        child = consumer(environment, health_port=0)
        with controlled([replace(child, name="consumer-1"), replace(child, name="consumer-2")], directory):
            yield Cluster(brokers, environment)


def test_acknowledged_events_outlive_a_broker(cluster: Cluster, seed: int) -> None:
    rng = random.Random(seed)
    with viewing(cluster.environment) as views, sending(cluster.environment, senders=1) as load:
        for number in range(1, DEATHS + 1):
            broker = rng.choice(cluster.brokers)
            time.sleep(rng.uniform(1, 4))
            killed_at = time.monotonic()
            broker.kill()
            time.sleep(rng.uniform(3, 8))
            broker.start()
            broker.wait_until_ready()
            say(f"death {number} of {DEATHS}: {broker.child.name}, away for {time.monotonic() - killed_at:.1f} s")
    say(
        f"{views.sent:,} views sent, {len(views.acknowledged):,} acknowledged, "
        f"longest stall {views.longest_stall:.1f} s; longest message {max(load.durations):.2f} s"
    )
    with auditing(cluster.environment) as auditor:
        books = auditor.settled()
        say(books.summary())
    assert views.longest_stall < LONGEST_STALL
    assert set(views.acknowledged) <= books.of("PROFILE_VIEW").keys()
    books.check()


@contextmanager
def viewing(environment: Mapping[str, str]) -> Iterator[Views]:
    """Sends one event after the other by one producer, each once, until the end of the block."""
    views = Views()
    stop = threading.Event()
    thread = threading.Thread(target=_view, args=(environment, views, stop))
    thread.start()
    try:
        yield views
    finally:
        stop.set()
        thread.join()


def _view(environment: Mapping[str, str], views: Views, stop: threading.Event) -> None:
    wiring = Wiring(settings.load(environment))
    last = started = time.monotonic()
    while not stop.wait(0.002) and time.monotonic() < started + LONGEST_SECONDS:
        event = new_event("PROFILE_VIEW", f"{views.sent % 50:024x}", wiring.clock, viewedUserId="b" * 24)
        [delivery] = wiring.producer.send_all(
            [OutgoingRecord("analytics-events", event.userId.encode(), encode(event))]
        )
        views.sent += 1
        acknowledged = delivery is not None and delivery.acknowledged()
        now = time.monotonic()
        views.longest_stall = max(views.longest_stall, now - last)
        if acknowledged:
            views.acknowledged.append(event.eventId)
            last = now
    wiring.close()
