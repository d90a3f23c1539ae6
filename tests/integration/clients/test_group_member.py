"""The member of the consumer group, on a topic of its own."""

import secrets
from collections.abc import Iterator
from contextlib import closing

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import NewTopic

from chalicelib.clients.kafka.consumer import GroupMember, Partition
from tests.support.kafka_access import kafka_arguments, kafka_settings
from tests.support.waiting import eventually

pytestmark = pytest.mark.real_kafka


@pytest.fixture
def topic(environment: dict[str, str]) -> Iterator[str]:
    """With one partition, and one record in it."""
    name = f"group-member-{secrets.token_hex(6)}"
    with closing(KafkaAdminClient(**kafka_arguments(environment))) as admin:
        admin.create_topics([NewTopic(name, 1, 1)], wait_for_metadata=True)
        with closing(KafkaProducer(**kafka_arguments(environment))) as producer:
            producer.send(name, value=b"held").get(timeout=10)
        yield name
        admin.delete_topics([name])


def test_a_commit_beyond_the_end_is_followed_by_the_oldest_record_and_never_by_a_negative_lag(
    environment: dict[str, str], topic: str
) -> None:
    group = f"group-{secrets.token_hex(6)}"
    with closing(KafkaConsumer(**kafka_arguments(environment), group_id=group, enable_auto_commit=False)) as consumer:
        consumer.commit({TopicPartition(topic, 0): OffsetAndMetadata(1_000, "", -1)})

    with closing(GroupMember(group, [topic], kafka_settings(environment), lambda _partitions: None)) as member:
        seen: list[int] = []

        def polled() -> list[bytes | None]:
            records = [record.value for record in member.poll(200)]
            seen.extend(member.lag().values())
            return records

        assert eventually(polled, what="the oldest record") == [b"held"]
        assert member.lag() == {Partition(topic, 0): 0}
        assert set(seen) <= {0, 1}
