"""How far a consumer group is behind, partition by partition."""

import msgspec

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.events.topics import EVENT_TOPICS
from infra.ops.topic_log import TopicLog


class PartitionLag(msgspec.Struct, frozen=True):
    """`committed` is None if the group has committed nothing: then every held record counts as lag.

    So it does if the commit `isBeyondEnd` of the log, as that of a topic that was lost or made anew: the consumer then
    begins again with the oldest record, as it does after a commit that is older than what the log holds.
    """

    topic: str
    partition: int
    committed: int | None
    end: int
    lag: int
    isBeyondEnd: bool


class GroupLag(msgspec.Struct, frozen=True):
    """The lag of the topics that are there; `missingTopics` are the others."""

    group: str
    total: int
    partitions: list[PartitionLag]
    missingTopics: list[str]


def measure(log: TopicLog, group: str) -> GroupLag:
    """Measure the lag on all event topics. Raises kafka.errors.KafkaError."""
    there = log.topics()
    missing = [topic for topic in EVENT_TOPICS if topic not in there]
    partitions = [partition for topic in EVENT_TOPICS if topic in there for partition in log.partitions(topic)]
    # Committed offsets are read first: a commit in between can only make the lag too large, never negative.
    committed = log.committed(partitions)
    rows = [_row(partition, held, committed[partition]) for partition, held in log.held(partitions).items()]
    return GroupLag(group, sum(row.lag for row in rows), rows, missing)


def _row(partition: Partition, held: range, committed: int | None) -> PartitionLag:
    begins_at = held.start if committed is None or committed > held.stop else max(held.start, committed)
    return PartitionLag(
        topic=partition.topic,
        partition=partition.partition,
        committed=committed,
        end=held.stop,
        lag=held.stop - begins_at,
        isBeyondEnd=committed is not None and committed > held.stop,
    )
