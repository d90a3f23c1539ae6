"""The gateway freezes a function after its response, as Lambda does: work that was not awaited stands still."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from tests.support.kafka_access import kafka_arguments
from tests.tooling.gateway.running import running

APP = Path(__file__).parent / "apps" / "unawaited"

pytestmark = pytest.mark.real_kafka


@pytest.fixture
def topic(environment: dict[str, str]) -> Iterator[str]:
    name = f"freeze-{secrets.token_hex(4)}"
    admin = KafkaAdminClient(**kafka_arguments(environment))
    admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    yield name
    admin.delete_topics([name])
    admin.close()


def in_order(environment: dict[str, str], topic: str, count: int) -> list[str]:
    """Returns the first `count` values of the topic, in Kafka's order."""
    consumer = KafkaConsumer(
        topic,
        **kafka_arguments(environment),
        auto_offset_reset="earliest",
        consumer_timeout_ms=10_000,
    )
    values = [record.value.decode() for _, record in zip(range(count), consumer, strict=False)]
    consumer.close()
    return values


def test_a_publish_that_is_not_awaited_is_late(
    environment: dict[str, str], topic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FREEZE_TOPIC", topic)
    # The witness lingers even longer than the app's producer, but is never frozen.
    witness = KafkaProducer(**kafka_arguments(environment), linger_ms=500)
    witness.partitions_for(topic)
    with (
        running(APP, tmp_path, "--workers", "1", "--max-workers", "1", "--no-reload") as gateway,
        httpx.Client(base_url=gateway.rest_url) as http,
    ):
        assert http.post("/api/publish/awaited").json() == {"awaited": True}
        assert http.post("/api/publish/unawaited").json() == {"awaited": False}
        witness.send(topic, b"witness", partition=0).get(timeout=10)
        assert http.post("/api/flush").status_code == 200
        assert in_order(environment, topic, 3) == ["awaited", "witness", "unawaited"]
    witness.close()
