"""Decides which records of an event topic may be published again."""

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.clock import milliseconds
from chalicelib.consumer.pipeline.ledger import KEPT
from chalicelib.consumer.pipeline.records import REPLAYED_FROM
from chalicelib.events.envelope import Envelope
from infra.ops.kafka_clients import Record
from infra.ops.logged_event import EventFilter, logged_event

MAX_AGE = KEPT - timedelta(days=1)
"""The age from which the consumer may have forgotten that it processed an event, and would apply its effects again.

A topic can hold such events, as Kafka deletes whole segments, once the newest record in them has expired.
"""


class Replayable:
    """A predicate of records; `passed_over` counts, by reason, the wanted records that may not be replayed."""

    def __init__(self, wanted: EventFilter, now: datetime) -> None:
        self._wanted = wanted
        self._oldest = milliseconds(now - MAX_AGE)
        self.passed_over: Counter[str] = Counter()

    def __call__(self, record: Record) -> bool:
        event = logged_event(record).event
        if not self._wanted.passes(event):
            return False
        obstacle = self._obstacle(record, event)
        if obstacle is not None:
            self.passed_over[obstacle] += 1
        return obstacle is None

    def _obstacle(self, record: Record, event: Envelope | None) -> str | None:
        if event is None:
            return "notAnEvent"
        if any(name == REPLAYED_FROM for name, _value in record.headers):
            # A copy is newer than its event, so its age says nothing.
            return "copy"
        return "tooOld" if record.timestamp < self._oldest else None
