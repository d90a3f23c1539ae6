"""A record of an event topic decoded as an event, and a filter of such events."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from chalicelib.events.envelope import Envelope, decode
from infra.ops.kafka_clients import Record


class LoggedEvent(msgspec.Struct, frozen=True):
    """`event` is None if the record is not an event."""

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
    """A filter by user and event type; an empty criterion lets every event pass."""

    user_id: str | None
    event_types: Collection[str]

    def passes(self, event: Envelope | None) -> bool:
        """Returns whether an event passes; None (not an event) passes only a filter without criteria."""
        if event is None:
            return self.user_id is None and not self.event_types
        return self.user_id in {None, event.userId} and (not self.event_types or event.eventType in self.event_types)
