"""The member of the consumer group, on a topic of its own."""

import secrets
from collections.abc import Iterator
from contextlib import closing
from typing import Any

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


def test_a_rejoin_that_outlasts_a_poll_is_finished_by_a_later_one(
    environment: dict[str, str], topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The topic gets another partition, so that the member joins again, and the broker's last answer comes late."""
    settings = kafka_settings(environment)
    with (
        closing(KafkaAdminClient(**kafka_arguments(environment))) as admin,
        closing(GroupMember(f"group-{secrets.token_hex(6)}", [topic], settings, lambda _partitions: None)) as member,
    ):
        assert eventually(lambda: member.poll(200), what="the record")
        coordinator = member._consumer._coordinator
        manager = coordinator._manager  # type: ignore[attr-defined]
        send = manager.send

        async def send_late(*arguments: Any, **options: Any) -> Any:  # Any: kafka-python is not typed
            await manager._net.sleep(0.5)
            return await send(*arguments, **options)

        def held_up(request: object, *arguments: object, **options: object) -> object:
            is_last = type(request).__name__ == "SyncGroupRequest"
            return (send_late if is_last else send)(request, *arguments, **options)

        def partitions() -> set[int]:
            if len(member.partitions()) < 2:  # by itself the member would look for new partitions in minutes
                member._consumer._client.cluster.request_update()  # type: ignore[attr-defined]
            member.poll(100)
            return {partition.partition for partition in member.partitions()}

        monkeypatch.setattr(manager, "send", held_up)
        admin.create_partitions({topic: 2})
        eventually(lambda: partitions() == {0, 1}, what="both partitions")
        monkeypatch.undo()
        eventually(lambda: partitions() and not coordinator.rejoining, what="the end of all rejoins")
