"""Types for the used parts of kafka-python, which has none."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, Protocol, TypedDict

from chalicelib.clients.kafka import consumer as kafka_consumer
from chalicelib.clients.kafka.consumer import Partition


class Record(kafka_consumer.Record, Protocol):
    """A consumed record. `timestamp` is in milliseconds since the epoch, as set by its producer."""

    timestamp: int


class PartitionMetadata(TypedDict):
    partition_index: int
    leader_id: int
    replica_nodes: list[int]
    isr_nodes: list[int]


class TopicMetadata(TypedDict):
    """`error_code` 3 is UNKNOWN_TOPIC_OR_PARTITION."""

    name: str
    error_code: int
    partitions: list[PartitionMetadata]


class Config(TypedDict):
    value: NotRequired[str]


class GroupDescription(TypedDict):
    members: list[object]


class Admin(Protocol):
    """KafkaAdminClient."""

    def describe_topics(self, topics: Sequence[str]) -> list[TopicMetadata]: ...
    def describe_configs(
        self, config_resources: Sequence[object], *, config_filter: str
    ) -> Mapping[str, Mapping[str, Mapping[str, Config]]]: ...
    def describe_groups(self, group_ids: Sequence[str]) -> Mapping[str, GroupDescription]: ...
    def create_partitions(self, topic_partitions: Mapping[str, int]) -> object: ...


class Future(Protocol):
    def get(self, timeout: float) -> object: ...


class Producer(Protocol):
    """KafkaProducer."""

    def send(self, topic: str, *, key: bytes | None, value: bytes, headers: list[tuple[str, bytes]]) -> Future: ...


class OffsetAndTimestamp(Protocol):
    offset: int


class Consumer(Protocol):
    """KafkaConsumer. It accepts only its own TopicPartition, a named tuple that is equal to a Partition."""

    def topics(self) -> set[str]: ...
    def partitions_for_topic(self, topic: str) -> set[int]: ...
    def assign(self, partitions: Sequence[object]) -> None: ...
    def seek(self, partition: object, offset: int) -> None: ...
    def pause(self, *partitions: object) -> None: ...
    def resume(self, *partitions: object) -> None: ...
    def position(self, partition: object, timeout_ms: int) -> int: ...
    def poll(self, timeout_ms: int) -> Mapping[Partition, Sequence[Record]]: ...
    def committed(self, partition: object, *, timeout_ms: int) -> int | None: ...
    def beginning_offsets(self, partitions: Sequence[object], timeout_ms: int) -> Mapping[Partition, int]: ...
    def end_offsets(self, partitions: Sequence[object], timeout_ms: int) -> Mapping[Partition, int]: ...
    def offsets_for_times(
        self, timestamps: Mapping[object, int], timeout_ms: int
    ) -> Mapping[Partition, OffsetAndTimestamp | None]: ...
