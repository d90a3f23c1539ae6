"""What Kafka holds since a time: events, and which of them the consumer had committed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.consumer.pipeline.records import Incoming, read
from chalicelib.events.topics import DEAD_LETTER
from infra.ops.audit.kafka import LogState, log_state, since
from infra.ops.logged_event import logged_event
from infra.ops.topic_log import Offsets, TopicLog


@dataclass(frozen=True)
class Logged:
    """The event topics at one moment, from a time on. Every method may raise KafkaError."""

    log: TopicLog
    state: LogState
    offsets: Offsets
    moment: datetime
    now: datetime

    def __len__(self) -> int:
        return sum(map(len, self.offsets.values()))

    def events(self) -> Iterator[tuple[Incoming, bool]]:
        """Yield each event that the consumer can process, and whether it had committed it: it then had its effects."""
        for record in self.log.read(self.offsets):
            match read(record, self.now):
                case Incoming() as entry:
                    committed = self.state.committed[Partition(record.topic, record.partition)] or 0
                    yield entry, record.offset < committed
                case _:  # it is among the dead letters, or this release does not know it
                    pass

    def dead_letters(self) -> set[str]:
        """Return the eventIds of the dead letters: their effects are missing, although they are committed."""
        letters = since(self.log, self.log.held(self.log.partitions(DEAD_LETTER)), self.moment)
        events = (logged_event(record).event for record in self.log.read(letters))
        return {event.eventId for event in events if event is not None}


def logged_since(log: TopicLog, moment: datetime, now: datetime) -> Logged:
    """Look at the event topics. Raises KafkaError, and click.ClickException if one is missing."""
    state = log_state(log)
    return Logged(log, state, since(log, state.held, moment), moment, now)
