"""The consumer's end of Kafka: a member of the consumer group."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, cast

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.settings.kafka import KafkaSettings

MAX_BATCH = 500
SPINNING_MILLISECONDS = 20
COMMIT_MILLISECONDS = 5_000
LEAVE_MILLISECONDS = 2_000
"""How long leaving the group may take: a coordinator that is away is not waited for."""


class Partition(NamedTuple):
    topic: str
    partition: int


class Record(Protocol):
    """What is used of kafka-python's ConsumerRecord. `value` is None for a tombstone; headers are (name, bytes)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class _Consumer(Protocol):
    """What is used of kafka-python's KafkaConsumer, which is not typed. Its TopicPartition is a named pair too."""

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
    """A member of the consumer group. Offsets are committed by the caller alone, after the effects.

    Every method may raise kafka.errors.KafkaError.
    """

    def __init__(
        self,
        group: str,
        topics: Sequence[str],
        settings: KafkaSettings,
        on_assigned: Callable[[int], None],
    ) -> None:
        """Join; `on_assigned` is told how many partitions this member has, each time that changes."""
        consumer = KafkaConsumer(
            **kafka_options(settings),
            client_id="devconnect-consumer",
            group_id=group,
            enable_auto_commit=False,
            # A group without offsets begins with what is there, as nothing may be missed.
            auto_offset_reset="earliest",
            max_poll_records=MAX_BATCH,
            # The least that brokers allow by default: a member that was killed keeps its partitions for as long.
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
            # Also how long a rebalance waits for a member that died while it joined.
            max_poll_interval_ms=60_000,
            reconnect_backoff_max_ms=1_000,
        )
        self._consumer = cast("_Consumer", consumer)
        self._spins = False
        self._consumer.subscribe(topics, listener=_Listener(lambda: on_assigned(len(self.partitions()))))

    def poll(self, timeout_ms: int) -> list[Record]:
        """Take the next records, those of a partition in their order. Blocks `timeout_ms` at most."""
        # kafka-python 3.0.12 spins in poll while a heartbeat is overdue, as with a broker that hangs. Then it is asked
        # for a moment only, and this thread sleeps for the rest.
        patience_ms = min(SPINNING_MILLISECONDS, timeout_ms) if self._spins else timeout_ms
        wall, cpu = time.monotonic(), time.thread_time()
        records = [record for batch in self._consumer.poll(timeout_ms=patience_ms).values() for record in batch]
        self._spins = not records and time.thread_time() - cpu > (time.monotonic() - wall) / 10
        if self._spins:
            time.sleep((timeout_ms - patience_ms) / 1000)
        return records

    def pause(self) -> None:
        """Take nothing more from the partitions that this member has now; polling keeps it in the group."""
        self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        self._consumer.resume(*self._consumer.assignment())

    def partitions(self) -> Collection[Partition]:
        return self._consumer.assignment()

    def lag(self) -> dict[Partition, int]:
        """How many records of each partition have not been polled yet, as far as it is known."""
        lag: dict[Partition, int] = {}
        for partition in self._consumer.assignment():
            end = self._consumer.highwater(partition)
            if end is None:  # nothing was fetched from it yet, and asking for the position would block
                continue
            position = self._consumer.position(partition, timeout_ms=0)
            if position is not None:
                lag[Partition(*partition)] = max(0, end - position)
        return lag

    def commit(self, records: Iterable[Record]) -> None:
        """Commit what comes after `records`, for those partitions that this member still has.

        One that was handed over meanwhile is left alone: its new owner may be further on.
        """
        mine = {Partition(*partition) for partition in self._consumer.assignment()}
        offsets: dict[Partition, int] = {}
        for record in records:
            partition = Partition(record.topic, record.partition)
            if partition in mine:
                offsets[partition] = max(offsets.get(partition, 0), record.offset + 1)
        if offsets:
            self._consumer.commit(
                {
                    TopicPartition(*partition): OffsetAndMetadata(offset, "", -1)
                    for partition, offset in offsets.items()
                },
                timeout_ms=COMMIT_MILLISECONDS,  # without one it is tried for ever
            )

    def close(self) -> None:
        """Leave the group, so that the others have the partitions at once."""
        self._consumer.close(autocommit=False, timeout_ms=LEAVE_MILLISECONDS)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python is not typed
    """Nothing is handed over in a rebalance: what is in hand is finished, and committed where it is still ours."""

    def __init__(self, on_assigned: Callable[[], None]) -> None:
        self._on_assigned = on_assigned

    def on_partitions_revoked(self, revoked: Sequence[object]) -> None:
        pass

    def on_partitions_assigned(self, assigned: Sequence[object]) -> None:  # noqa: ARG002 - kafka-python's signature
        self._on_assigned()
