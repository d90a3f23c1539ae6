"""What Kafka holds of a period: the events of the five topics, what follows from them, and the dead letters.

Every function may raise KafkaError.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.clock import milliseconds
from chalicelib.events.envelope import Envelope, derived_event
from chalicelib.events.topics import DEAD_LETTER, EVENT_TOPICS, TOPICS
from chalicelib.models.event_types import EVENT_TYPES
from infra.ops.audit.books import Books
from infra.ops.audit.causes import DERIVED, key_of
from infra.ops.dead_letter import dead_letter
from infra.ops.kafka_clients import Record
from infra.ops.logged_event import logged_event
from infra.ops.topic_log import Offsets, TopicLog


@dataclass(frozen=True)
class LogState:
    """The event topics at one moment. `committed` was read before `held`: what it covers was consumed before."""

    held: Mapping[Partition, range]
    committed: Mapping[Partition, int | None]

    @property
    def is_consumed(self) -> bool:
        return all(
            (self.committed[partition] or 0) >= offsets.stop for partition, offsets in self.held.items() if offsets
        )

    @property
    def is_whole(self) -> bool:
        """Whether no record was ever deleted."""
        return all(offsets.start == 0 for offsets in self.held.values())


def log_state(log: TopicLog) -> LogState:
    """Look at the event topics. Raises click.ClickException if one is missing."""
    partitions = [partition for topic in EVENT_TOPICS for partition in log.partitions(topic)]
    committed = log.committed(partitions)
    return LogState(log.held(partitions), committed)


def comparable_since(log: TopicLog, state: LogState, now: datetime) -> datetime | None:
    """Return from when on no event has been deleted, as every topic keeps its records for a time; None: from the first.

    The times are those of the oldest records. An event is never published before it happened.
    """
    if state.is_whole:
        return None
    shortened = {partition: offsets for partition, offsets in state.held.items() if offsets.start > 0}
    oldest = log.read({partition: offsets[:1] for partition, offsets in shortened.items()})
    times = [datetime.fromtimestamp(record.timestamp / 1000, UTC) for record in oldest]
    if any(not offsets for offsets in shortened.values()):  # all its records have expired
        times.append(now - min(topic.retention for topic in TOPICS))
    return max(times)


def since(log: TopicLog, held: Offsets, moment: datetime) -> Offsets:
    """Return the offsets of the records that were published since a time."""
    first = log.first_since(moment, held)
    return {
        partition: offsets[len(offsets) :] if (start := first[partition]) is None else range(start, offsets.stop)
        for partition, offsets in held.items()
    }


def read_events(log: TopicLog, offsets: Offsets, state: LogState, books: Books) -> Iterator[int]:
    """Add the events of these records, and those that the consumer must have derived from them.

    A record that is no event the consumer knows is left out: it is among the dead letters, or was passed over.
    """
    for record in log.read(offsets):
        event = logged_event(record).event
        if event is not None and event.eventType in EVENT_TYPES:
            _add(event, record, state, books)
        yield 1


def read_later(log: TopicLog, held: Offsets, books: Books) -> Iterator[int]:
    """Add the ids of the events that were published since the topics held these offsets."""
    now = log.held(held)
    for record in log.read(
        {partition: range(held[partition].stop, offsets.stop) for partition, offsets in now.items()}
    ):
        event = logged_event(record).event
        if event is not None:
            books.add("later", [(uuid.UUID(event.eventId).bytes,)])
        yield 1


def _add(event: Envelope, record: Record, state: LogState, books: Books) -> None:
    id_ = uuid.UUID(event.eventId).bytes
    at = milliseconds(datetime.fromisoformat(event.timestamp))
    key, seq = key_of(event.eventType, event.userId, event.data), event.data.get("seq")
    committed = record.offset < (state.committed[Partition(record.topic, record.partition)] or 0)
    place = (record.topic, record.partition, record.offset, committed)
    books.add("event", [(id_, event.eventType, key, seq, event.userId, at, event.timestamp[:10], *place)])
    if event.eventType in DERIVED:
        derived = derived_event(event, DERIVED[event.eventType], event.userId)
        books.add("derived", [(uuid.UUID(derived.eventId).bytes, derived.eventType, id_)])


def read_letters(log: TopicLog, moment: datetime, books: Books) -> Iterator[int]:
    """Add the dead letters since a time."""
    held = log.held(log.partitions(DEAD_LETTER))
    for record in log.read(since(log, held, moment)):
        letter, event = dead_letter(record), logged_event(record).event
        id_ = None if event is None else uuid.UUID(event.eventId).bytes
        books.add("letter", [(letter.partition, letter.offset, letter.reason, record.timestamp, id_)])
        yield 1
