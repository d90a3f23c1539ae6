"""A record of an event topic, read as an event; and which of them are wanted."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from chalicelib.events.envelope import Envelope, decode
from infra.ops.kafka_clients import Record


class LoggedEvent(msgspec.Struct, frozen=True):
    """`event` is None where the record is none."""

    topic: str
    partition: int
    offset: int
    event: Envelope | None


def logged_event(record: Record) -> LoggedEvent:
    return LoggedEvent(record.topic, record.partition, record.offset, _event(record.value or b""))


def _event(raw: bytes) -> Envelope | None:
    try:
        return decode(raw)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True)
class EventFilter:
    """Which events are wanted; whatever is empty lets everything pass."""

    user_id: str | None
    event_types: Collection[str]

    def passes(self, event: Envelope | None) -> bool:
        """A record that is no event passes where nothing is asked of it."""
        if event is None:
            return self.user_id is None and not self.event_types
        return self.user_id in {None, event.userId} and (not self.event_types or event.eventType in self.event_types)
