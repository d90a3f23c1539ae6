"""Topics as logs: what they hold, read from any offset, beside all consumer groups."""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import click
from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.clock import milliseconds
from infra.ops.kafka_clients import Consumer, Record

_TIMEOUT_MS = 5_000
_POLL_MS = 500
_STALLED_SECONDS = 15.0

Offsets = Mapping[Partition, range]
"""The offsets of some partitions, from the first to the one before `stop`."""


class TopicLog:
    """Every method may raise kafka.errors.KafkaError."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    def topics(self) -> set[str]:
        return self._consumer.topics()

    def partitions(self, topic: str) -> list[Partition]:
        """Raises click.ClickException where there is no such topic."""
        numbers = sorted(self._consumer.partitions_for_topic(topic))
        if not numbers:
            raise click.ClickException(f"There is no topic {topic}.")
        return [Partition(topic, number) for number in numbers]

    def held(self, partitions: Iterable[Partition]) -> dict[Partition, range]:
        """The offsets that the partitions hold now."""
        theirs = [TopicPartition(*partition) for partition in partitions]
        begins = self._consumer.beginning_offsets(theirs, _TIMEOUT_MS)
        ends = self._consumer.end_offsets(theirs, _TIMEOUT_MS)
        return {Partition(*partition): range(begins[partition], ends[partition]) for partition in theirs}

    def first_since(self, moment: datetime, partitions: Iterable[Partition]) -> dict[Partition, int | None]:
        """The offset of the first record of each partition at `moment` or later; None where there is none yet."""
        wanted: dict[object, int] = {TopicPartition(*partition): milliseconds(moment) for partition in partitions}
        found = self._consumer.offsets_for_times(wanted, _TIMEOUT_MS)
        return {Partition(*partition): first.offset if first else None for partition, first in found.items()}

    def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int | None]:
        """What the group has committed; None where it has not."""
        return {
            partition: self._consumer.committed(TopicPartition(*partition), timeout_ms=_TIMEOUT_MS)
            for partition in partitions
        }

    def read(self, offsets: Offsets) -> Iterator[Record]:
        """The records at `offsets`, those of a partition in their order. Raises KafkaTimeoutError where none comes."""
        unread = {partition: wanted.stop for partition, wanted in offsets.items() if wanted}
        self._start({partition: offsets[partition].start for partition in unread})
        progress_at = time.monotonic()
        while unread:
            for partition, records in self._consumer.poll(_POLL_MS).items():
                progress_at = time.monotonic()
                yield from (record for record in records if record.offset in offsets[partition])
            for partition, stop in list(unread.items()):
                # Not the last record's offset: what retention took away is passed over.
                if self._consumer.position(TopicPartition(*partition), _TIMEOUT_MS) >= stop:
                    self._consumer.pause(TopicPartition(*partition))
                    del unread[partition]
            if time.monotonic() - progress_at > _STALLED_SECONDS:
                raise KafkaTimeoutError(f"nothing was read for {_STALLED_SECONDS:.0f} s")

    def follow(self, starts: Mapping[Partition, int]) -> Iterator[Record]:
        """Every record from `starts` on, and those still to come, without end."""
        self._start(starts)
        while True:
            for records in self._consumer.poll(_POLL_MS).values():
                yield from records

    def _start(self, starts: Mapping[Partition, int]) -> None:
        theirs = [TopicPartition(*partition) for partition in starts]
        self._consumer.assign(theirs)
        self._consumer.resume(*theirs)  # what an earlier reading has paused stays so
        for partition, offset in starts.items():
            self._consumer.seek(TopicPartition(*partition), offset)
