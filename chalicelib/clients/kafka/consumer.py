"""The client that reads from Kafka: a member of the consumer group."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, cast

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.settings.kafka import KafkaSettings

MAX_BATCH = 500
FETCH_BYTES = 256 * 1024
"""How much of a partition is fetched ahead, which is about a thousand records. With kafka-python's default of 1 MiB a
consumer with a backlog grows from 50 to 99 MiB; with 128 KiB it takes half as many events. A longer one comes alone."""

SPINNING_POLL_MILLISECONDS = 20
COMMIT_MILLISECONDS = 5_000
POSITION_MILLISECONDS = 100
"""How long to wait for a position that is being reset. In kafka-python 3.0.12 the reset itself gets no more time than
its first caller: with none it would never succeed on a busy machine where the lag is asked for after each poll.
"""
LEAVE_MILLISECONDS = 2_000
"""How long leaving the group may take where its coordinator does not respond."""


class Partition(NamedTuple):
    topic: str
    partition: int


class Record(Protocol):
    """The part of kafka-python's ConsumerRecord that is used here.

    `value` is None for a tombstone. The headers are pairs of a name and bytes.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class _Coordinator(Protocol):
    """The part of kafka-python's coordinator of the group that is used here, which is not public."""

    rejoining: bool
    rejoin_needed: bool


class _Consumer(Protocol):
    """The part of kafka-python's KafkaConsumer, which is not typed, that is used here.

    Its TopicPartition is a named tuple with the same fields as Partition.
    """

    _coordinator: _Coordinator

    def subscribe(self, topics: Sequence[str], *, listener: object) -> None: ...
    def poll(self, timeout_ms: int) -> Mapping[object, Sequence[Record]]: ...
    def assignment(self) -> set[Partition]: ...
    def pause(self, *partitions: Partition) -> None: ...
    def resume(self, *partitions: Partition) -> None: ...
    def position(self, partition: Partition, timeout_ms: int) -> int | None: ...
    def highwater(self, partition: Partition) -> int | None: ...
    def commit(self, offsets: Mapping[object, object], *, timeout_ms: int) -> None: ...
    def close(self, *, autocommit: bool, timeout_ms: int) -> None: ...


class GroupMember:
    """A member of the consumer group. Only its caller commits offsets, after the effects of the records.

    Every method may raise kafka.errors.KafkaError.
    """

    def __init__(
        self,
        group: str,
        topics: Sequence[str],
        settings: KafkaSettings,
        on_assigned: Callable[[int], None],
    ) -> None:
        """Join the group. `on_assigned` is called with the number of this member's partitions whenever it changes."""
        consumer = KafkaConsumer(
            **kafka_options(settings),
            client_id="devconnect-consumer",
            group_id=group,
            enable_auto_commit=False,
            # A group without offsets begins with the oldest records, as none may be missed.
            auto_offset_reset="earliest",
            max_poll_records=MAX_BATCH,
            max_partition_fetch_bytes=FETCH_BYTES,
            # The minimum that brokers allow by default. A member that was killed keeps its partitions for this long.
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
            # A rebalance waits this long, at most, for a member that does not poll. kafka-python's heartbeats go on
            # beside a batch in hand, so that the session of such a member does not end. No batch takes half of it:
            # see RETRY_SECONDS and TRANSACTION_SECONDS of the pipeline.
            max_poll_interval_ms=60_000,
            reconnect_backoff_max_ms=1_000,
        )
        self._consumer = cast("_Consumer", consumer)
        self._poll_spins = False
        self._consumer.subscribe(topics, listener=_Listener(lambda: on_assigned(len(self.partitions()))))

    def poll(self, timeout_ms: int) -> list[Record]:
        """Return the next records, those of a partition in order. Blocks for at most `timeout_ms`."""
        # kafka-python 3.0.12 spins in poll while a heartbeat is overdue, such as with a broker that hangs. After such a
        # poll, the next one is short, and this thread sleeps for the rest of the time.
        poll_ms = min(SPINNING_POLL_MILLISECONDS, timeout_ms) if self._poll_spins else timeout_ms
        wall, cpu = time.monotonic(), time.thread_time()
        records = [record for batch in self._consumer.poll(timeout_ms=poll_ms).values() for record in batch]
        # kafka-python 3.0.12 forgets to finish a rejoin that began because the topics changed, where a poll ends after
        # this member, as the leader, has assigned the partitions and before the broker has confirmed it: it would then
        # never have a partition again. A later poll finishes what it knows to be needed.
        if self._consumer._coordinator.rejoining:
            self._consumer._coordinator.rejoin_needed = True
        self._poll_spins = not records and time.thread_time() - cpu > (time.monotonic() - wall) / 10
        if self._poll_spins:
            time.sleep((timeout_ms - poll_ms) / 1000)
        return records

    def pause(self) -> None:
        """Stop reading from the partitions that this member has now. Polling still keeps it in the group."""
        self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        self._consumer.resume(*self._consumer.assignment())

    def partitions(self) -> Collection[Partition]:
        return self._consumer.assignment()

    def lag(self) -> dict[Partition, int]:
        """Return how many records of each partition have not been polled yet, as far as that is known.

        It is not known of a partition whose position lies beyond its end, as that topic was lost or made anew: the next
        polls begin with its oldest record.
        """
        lag: dict[Partition, int] = {}
        for partition in self._consumer.assignment():
            end = self._consumer.highwater(partition)
            if end is None:  # nothing was fetched from this partition yet, and asking for the position would block
                continue
            position = self._consumer.position(partition, timeout_ms=POSITION_MILLISECONDS)
            if position is not None and position <= end:
                lag[Partition(*partition)] = end - position
        return lag

    def commit(self, records: Iterable[Record]) -> None:
        """Commit the offsets that follow `records`, for those partitions that this member still has.

        A partition that went to another member is left alone, as that member may be further on already.
        """
        assigned = {Partition(*partition) for partition in self._consumer.assignment()}
        offsets: dict[Partition, int] = {}
        for record in records:
            partition = Partition(record.topic, record.partition)
            if partition in assigned:
                offsets[partition] = max(offsets.get(partition, 0), record.offset + 1)
        if offsets:
            self._consumer.commit(
                {
                    TopicPartition(*partition): OffsetAndMetadata(offset, "", -1)
                    for partition, offset in offsets.items()
                },
                timeout_ms=COMMIT_MILLISECONDS,  # without a time-out, a commit is retried for ever
            )

    def close(self) -> None:
        """Leave the group, so that the other members get the partitions at once."""
        self._consumer.close(autocommit=False, timeout_ms=LEAVE_MILLISECONDS)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python is not typed
    """Reports assignments. It does nothing when partitions are revoked.

    The batch in hand is finished in any case, and committed for the partitions that this member still has.
    """

    def __init__(self, on_assigned: Callable[[], None]) -> None:
        self._on_assigned = on_assigned

    def on_partitions_revoked(self, revoked: Sequence[object]) -> None:
        pass

    def on_partitions_assigned(self, assigned: Sequence[object]) -> None:  # noqa: ARG002 - kafka-python's signature
        self._on_assigned()
