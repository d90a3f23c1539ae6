"""Topics as logs: reads their records from any offset, outside of all consumer groups."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import click
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from chalicelib.clients.kafka.consumer import Partition
from infra.ops.kafka_clients import Consumer, OffsetAndTimestamp, Record

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMEOUT_MS = 5_000
_POLL_MS = 500
_STALLED_SECONDS = 15.0

T = TypeVar("T")

Offsets = Mapping[Partition, range]
"""A range of offsets for each partition; `stop` is exclusive."""


class TopicLog:
    """A reader of topics. Every method may raise kafka.errors.KafkaError."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    def topics(self) -> set[str]:
        return self._consumer.topics()

    def partitions(self, topic: str) -> list[Partition]:
        """Returns the partitions of a topic. Raises click.ClickException if there is no such topic."""
        numbers = sorted(self._consumer.partitions_for_topic(topic))
        if not numbers:
            raise click.ClickException(f"There is no topic {topic}.")
        return [Partition(topic, number) for number in numbers]

    def held(self, partitions: Iterable[Partition]) -> dict[Partition, range]:
        """Returns the offsets that the partitions hold now."""
        topic_partitions = [TopicPartition(*partition) for partition in partitions]
        begins = _known(lambda: self._consumer.beginning_offsets(topic_partitions, _TIMEOUT_MS))
        ends = _known(lambda: self._consumer.end_offsets(topic_partitions, _TIMEOUT_MS))
        return {Partition(*partition): range(begins[partition], ends[partition]) for partition in topic_partitions}

    def first_since(self, moment: datetime, partitions: Iterable[Partition]) -> dict[Partition, int | None]:
        """Returns the offset of each partition's first record at `moment` or later; None if there is none yet.

        Kafka knows no times before 1970, so an earlier moment stands for the oldest record.
        """
        since = max(0, (moment - _EPOCH) // timedelta(milliseconds=1))
        offsets = _known(lambda: self._times(dict.fromkeys(partitions, since)))
        return {partition: first.offset if first else None for partition, first in offsets.items()}

    def _times(self, times: Mapping[Partition, int]) -> Mapping[Partition, OffsetAndTimestamp | None]:
        """Raises KeyError where the answer leaves a partition out."""
        found = self._consumer.offsets_for_times(
            {TopicPartition(*key): since for key, since in times.items()}, _TIMEOUT_MS
        )
        return {key: found[key] for key in times}

    def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int | None]:
        """Returns the offsets that the group has committed; None for a partition without a commit."""
        return {
            partition: self._consumer.committed(TopicPartition(*partition), timeout_ms=_TIMEOUT_MS)
            for partition in partitions
        }

    def read(self, offsets: Offsets) -> Iterator[Record]:
        """Yields the records at `offsets`, in order within a partition. Raises KafkaTimeoutError if none arrive."""
        unread = {partition: wanted.stop for partition, wanted in offsets.items() if wanted}
        self._start({partition: offsets[partition].start for partition in unread})
        progress_at = time.monotonic()
        while unread:
            for partition, records in self._consumer.poll(_POLL_MS).items():
                progress_at = time.monotonic()
                # kafka-python 3.0.12 may hand out what it had fetched of partitions that an earlier read was of.
                yield from (record for record in records if record.offset in offsets.get(partition, range(0)))
            for partition, stop in list(unread.items()):
                # The position, not the last record's offset, as records deleted by retention are skipped.
                if self._consumer.position(TopicPartition(*partition), _TIMEOUT_MS) >= stop:
                    self._consumer.pause(TopicPartition(*partition))
                    del unread[partition]
            if time.monotonic() - progress_at > _STALLED_SECONDS:
                raise KafkaTimeoutError(f"nothing was read for {_STALLED_SECONDS:.0f} s")

    def follow(self, starts: Mapping[Partition, int]) -> Iterator[Record]:
        """Yields every record from `starts` on, and future ones, without end."""
        self._start(starts)
        while True:
            for records in self._consumer.poll(_POLL_MS).values():
                yield from records

    def _start(self, starts: Mapping[Partition, int]) -> None:
        topic_partitions = [TopicPartition(*partition) for partition in starts]
        self._consumer.assign(topic_partitions)
        self._consumer.resume(*topic_partitions)  # partitions paused by an earlier read stay paused otherwise
        for partition, offset in starts.items():
            self._consumer.seek(TopicPartition(*partition), offset)


def _known(ask: Callable[[], T]) -> T:
    """Returns the answer of a consumer about partitions. Raises KafkaTimeoutError where it does not know them for long.

    kafka-python 3.0.12 forgets the partitions of other topics whenever its assignment changes. A question at that
    moment ends with a KeyError, and makes it look for them again.
    """
    give_up_at = time.monotonic() + _STALLED_SECONDS
    while True:
        try:
            return ask()
        except KeyError as error:
            if time.monotonic() > give_up_at:
                raise KafkaTimeoutError(f"nothing is known of {error} for {_STALLED_SECONDS:.0f} s") from error
            time.sleep(_POLL_MS / 1000)
