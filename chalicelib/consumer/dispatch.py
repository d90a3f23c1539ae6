"""A batch of records: decoded, freed of what was processed before, given its effects, and recorded."""

import logging
from collections.abc import Sequence
from typing import Protocol

import msgspec

from chalicelib.clients.kafka_consumer import Record
from chalicelib.consumer.ledger import Ledger
from chalicelib.events.envelope import Envelope, decode
from chalicelib.events.topics import TOPIC_OF

log = logging.getLogger(__name__)


class Effect(Protocol):
    """What events cause, and is safe to repeat."""

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable or RedisUnavailable where a dependency is down: the batch then comes again."""


class Dispatcher:
    def __init__(self, effects: Sequence[Effect], ledger: Ledger) -> None:
        self._effects = effects
        self._ledger = ledger

    def __call__(self, records: Sequence[Record]) -> None:
        """Raises Unavailable or RedisUnavailable where a dependency is down."""
        decoded = {event.eventId: event for record in records if (event := _decode(record)) is not None}
        known = self._ledger.known(list(decoded))
        events = [event for event_id, event in decoded.items() if event_id not in known]
        if not events:
            return
        for effect in self._effects:
            effect.apply(events)
        self._ledger.record(events)


def _decode(record: Record) -> Envelope | None:
    """The event of a record; None where it is none that this release knows: it is logged and passed over."""
    where = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    try:
        event = decode(record.value or b"")
    except msgspec.MsgspecError as error:
        log.error("A record is no event: %s", error, extra={"action": "record_unreadable", **where})  # noqa: TRY400 - the sentence says it all
        return None
    if event.eventType not in TOPIC_OF:
        log.warning(
            "An event of an unknown type.",
            extra={"action": "event_unknown", "eventType": event.eventType, **where},
        )
        return None
    return event
