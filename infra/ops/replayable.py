"""Which records of an event topic may be published again."""

from collections import Counter
from datetime import datetime, timedelta

from chalicelib.clock import milliseconds
from chalicelib.consumer.pipeline.ledger import KEPT
from chalicelib.consumer.pipeline.records import REPLAYED_FROM
from chalicelib.events.envelope import Envelope
from infra.ops.kafka_clients import Record
from infra.ops.logged_event import EventFilter, logged_event

MAX_AGE = KEPT - timedelta(days=1)
"""The consumer may no longer know that it has processed what is older, and would give it its effects again.

A topic can hold such events: Kafka deletes whole segments, once the newest record in them has expired.
"""


class Replayable:
    """Decides on one record after the other; `passed_over` counts those that are wanted and may not, by reason."""

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
            # Newer than its event, so its age tells nothing.
            return "copy"
        return "tooOld" if record.timestamp < self._oldest else None
