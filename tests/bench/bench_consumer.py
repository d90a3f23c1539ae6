"""`make bench-consumer`: the consumer with all its effects, beside a bare kafka-python loop over the same records.

The goal is at least half the rate of the bare loop, and at least 5,000 events a second. Both run in this process, one
after the other, on servers of their own. The consumer's tasks run as well.
"""

import os
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import click
from kafka import KafkaConsumer, TopicPartition
from rich.console import Console
from rich.table import Table

from chalicelib import settings
from chalicelib.clients.kafka.consumer import MAX_BATCH
from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.run import run
from chalicelib.events.envelope import Envelope
from chalicelib.events.topics import EVENT_TOPICS
from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.wiring import Wiring
from infra.local.running import running_servers
from tests.bench.workloads import WORKLOADS, Workload
from tests.support.kafka_access import kafka_arguments

GOAL_EVENTS_PER_SECOND = 5_000
GOAL_SHARE = 0.5
TIMEOUT_SECONDS = 120.0
FILL_BATCH = 5_000
"""How many events are sent to Kafka at once. They must arrive within the producer's ACKNOWLEDGE_SECONDS."""


class Meter:
    """Counts batches as they arrive, as an effect of the consumer or beside the bare loop.

    The last batch is not counted: its arrival marks the end of all batches before it, commits included.
    """

    def __init__(self, expected: int) -> None:
        self.done = threading.Event()
        self._expected = expected
        self._seen = 0
        self._before_last = 0
        self._first_at = self._last_at = 0.0

    def begin(self) -> None:
        self._first_at = self._first_at or time.perf_counter()

    def apply(self, events: Sequence[Envelope]) -> None:
        self.begin()
        self.count(len(events))

    def count(self, events: int) -> None:
        self._last_at = time.perf_counter()
        self._before_last = self._seen
        self._seen += events
        if self._seen >= self._expected:
            self.done.set()

    def per_second(self) -> float:
        assert self.done.is_set(), f"{self._seen} of {self._expected} events came"
        return self._before_last / (self._last_at - self._first_at)


@click.command()
@click.option("--events", default=40_000, show_default=True, help="Of each workload and run, derived ones included.")
@click.option("--runs", default=3, show_default=True, help="Of which the median counts.")
def main(events: int, runs: int) -> None:
    """Measure, and print a table. Exit code 1 where the goal is missed."""
    console = Console()
    results: dict[str, list[tuple[float, float]]] = {workload.name: [] for workload in WORKLOADS}
    with (
        tempfile.TemporaryDirectory(prefix="devconnect-bench-") as directory,
        running_servers(Path(directory), os.environ) as servers,
    ):
        environment = {**servers.environment, "HEALTH_ADDRESS": "127.0.0.1:0"}
        for number in range(1, runs + 1):
            for workload in WORKLOADS:
                consumer, bare = measure(workload, events, environment)
                results[workload.name].append((consumer, bare))
                console.print(f"run {number} of {runs}: {workload.name}: {consumer:,.0f}/s, bare {bare:,.0f}/s")
    raise SystemExit(0 if report(console, results) else 1)


def measure(workload: Workload, events: int, environment: Mapping[str, str]) -> tuple[float, float]:
    """The events per second of the consumer, and then of the bare loop over the same records."""
    wiring = Wiring(settings.load(environment))
    bare = KafkaConsumer(
        **kafka_arguments(environment),
        enable_auto_commit=False,
        max_poll_records=MAX_BATCH,
        consumer_timeout_ms=TIMEOUT_SECONDS * 1000,
    )
    try:
        begin = bare.end_offsets(
            [TopicPartition(topic, number) for topic in EVENT_TOPICS for number in bare.partitions_for_topic(topic)]
        )
        events_made = list(workload.make(wiring.mongo, events // (1 + workload.derived)))
        for start in range(0, len(events_made), FILL_BATCH):
            wiring.publisher.publish_all(events_made[start : start + FILL_BATCH])
        total = len(events_made) * (1 + workload.derived)
        return consumer_rate(wiring, total), bare_rate(bare, begin, total)
    finally:
        bare.close()
        wiring.close()


def consumer_rate(wiring: Wiring, total: int) -> float:
    meter = Meter(total)
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(wiring, [RoutedEffect(meter, EVENT_TYPES), *all_effects(wiring)], stop))
    thread.start()
    meter.done.wait(TIMEOUT_SECONDS)
    stop.set()
    thread.join()
    return meter.per_second()


def bare_rate(consumer: KafkaConsumer, begin: Mapping[TopicPartition, int], total: int) -> float:
    """Runs `for record in consumer`, as in the documentation of kafka-python, and does nothing with the records."""
    consumer.assign(list(begin))
    for partition, offset in begin.items():
        consumer.seek(partition, offset)
        consumer.position(partition)  # asks the broker, before the clock starts
    meter = Meter(total)
    meter.begin()
    for _record in consumer:
        meter.count(1)
        if meter.done.is_set():
            break
    return meter.per_second()


def report(console: Console, results: Mapping[str, Sequence[tuple[float, float]]]) -> bool:
    """Prints the medians. Returns whether every workload reaches the goal."""
    table = Table(title=f"Events per second, medians; the goal is {GOAL_EVENTS_PER_SECOND:,} and {GOAL_SHARE:.0%}")
    for column in ("", "consumer", "bare loop", "share", ""):
        table.add_column(column, justify="left" if not column else "right")
    reached = []
    for name, rates in results.items():
        consumer, bare = (median(column) for column in zip(*rates, strict=True))
        reached.append(consumer >= GOAL_EVENTS_PER_SECOND and consumer >= GOAL_SHARE * bare)
        verdict = "reached" if reached[-1] else "missed"
        table.add_row(name, f"{consumer:,.0f}", f"{bare:,.0f}", f"{consumer / bare:.0%}", verdict)
    console.print(table)
    return all(reached)


if __name__ == "__main__":
    main()
