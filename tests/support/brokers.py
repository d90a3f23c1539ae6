"""Kafka brokers that a test may kill or freeze."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.settings.kafka import KafkaSettings
from infra.local.ports import free_port
from infra.local.servers.kafka import Listeners, kafka, kafka_cluster
from infra.provision.topics import create_topics
from tests.support.controlled import Controlled, controlled


@contextmanager
def running_broker(directory: Path) -> Iterator[tuple[Controlled, str]]:
    """Starts one broker, and yields it with its address."""
    child = kafka(directory / "kafka", free_port(), free_port())
    with controlled([child], directory) as [broker]:
        yield broker, child.address


@contextmanager
def running_cluster(directory: Path) -> Iterator[tuple[list[Controlled], str]]:
    """Starts three brokers with all topics on all three, and yields them with their addresses, separated by commas."""
    children = kafka_cluster(directory / "kafka", [Listeners(free_port(), free_port()) for _ in range(3)])
    addresses = ",".join(child.address for child in children)
    with controlled(children, directory) as brokers:
        create_topics(KafkaSettings(bootstrap_servers=tuple(addresses.split(","))), replication_factor=len(children))
        yield brokers, addresses
