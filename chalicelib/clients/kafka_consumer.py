"""The consumer's end of Kafka: a member of the consumer group."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, cast

from kafka import ConsumerRebalanceListener, KafkaConsumer

MAX_BATCH = 500


class Record(Protocol):
    """What is used of kafka-python's ConsumerRecord. `value` is None for a tombstone."""

    topic: str
    partition: int
    offset: int
    value: bytes | None


class GroupConsumer(Protocol):
    """What is used of kafka-python's KafkaConsumer."""

    def poll(self, timeout_ms: int = 0) -> Mapping[object, Sequence[Record]]: ...

    def assignment(self) -> set[object]: ...

    def pause(self, *partitions: object) -> None: ...

    def resume(self, *partitions: object) -> None: ...

    def commit(self) -> None: ...

    def close(self, autocommit: bool = True, timeout_ms: int | None = None) -> None: ...


def join_group(
    group: str,
    topics: Sequence[str],
    servers: Sequence[str],
    api_version: tuple[int, int] | None,
    on_assigned: Callable[[Sequence[object]], None],
) -> GroupConsumer:
    """Join a consumer group; offsets are committed by the caller alone, after the effects.

    Raises kafka.errors.KafkaError where no broker can be reached.
    """
    consumer = KafkaConsumer(
        bootstrap_servers=list(servers),
        api_version=api_version,
        client_id="devconnect-consumer",
        group_id=group,
        enable_auto_commit=False,
        # A group without offsets begins with what is there, as nothing may be missed.
        auto_offset_reset="earliest",
        max_poll_records=MAX_BATCH,
        # The least that brokers allow by default: a member that was killed keeps its partitions for as long.
        session_timeout_ms=6_000,
        heartbeat_interval_ms=2_000,
        reconnect_backoff_max_ms=1_000,
    )
    consumer.subscribe(list(topics), listener=_Listener(on_assigned))
    return cast("GroupConsumer", consumer)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python is not typed
    def __init__(self, on_assigned: Callable[[Sequence[object]], None]) -> None:
        self._on_assigned = on_assigned

    def on_partitions_revoked(self, revoked: Sequence[object]) -> None:
        """Nothing to hand over: a batch is finished and committed before the next poll, in which rebalances happen."""

    def on_partitions_assigned(self, assigned: Sequence[object]) -> None:
        self._on_assigned(assigned)
