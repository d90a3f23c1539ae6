"""A batch of records: the unit that a broker takes or refuses."""

from typing import Protocol, cast

from kafka.record.memory_records import MemoryRecordsBuilder

from chalicelib.clients.kafka.records import OutgoingRecord

MAX_BATCH_BYTES = 256 * 1024
"""A broker takes 1 MiB. A larger record makes a batch of its own."""

MAGIC = 2
"""The version of the format of records, since Kafka 0.11."""

NO_COMPRESSION = 0


class Outcome(Protocol):
    """The part of kafka-python's Future that is used here: what becomes of a record."""

    is_done: bool
    exception: Exception | None

    def success(self, value: object) -> object: ...
    def failure(self, e: Exception) -> object: ...


class Batch:
    """Records of one partition, in their order."""

    def __init__(self, topic: str, partition: int) -> None:
        self.topic = topic
        self.partition = partition
        self.last_error: Exception | None = None
        """Why the batch was not taken when it was tried last."""
        self._outcomes: list[Outcome] = []
        self._builder = MemoryRecordsBuilder(MAGIC, NO_COMPRESSION, MAX_BATCH_BYTES)

    def append(self, record: OutgoingRecord, milliseconds: int, outcome: Outcome) -> bool:
        """Add a record of this time, since the epoch. Returns whether there is room for it."""
        added = self._builder.append(milliseconds, record.key, record.value, list(record.headers)) is not None
        if added:
            self._outcomes.append(outcome)
        return added

    def encoded(self) -> bytearray:
        """Return the bytes of the batch, which is complete then."""
        self._builder.close()
        return cast("bytearray", self._builder.buffer())

    def succeed(self) -> None:
        for outcome in self._outcomes:
            outcome.success(None)

    def fail(self, error: Exception) -> None:
        for outcome in self._outcomes:
            outcome.failure(error)
