"""Processes a batch of records: decodes them, drops duplicates, applies the effects, and records the events."""

import logging
from collections import Counter
from collections.abc import Sequence

from msgspec import UNSET

from chalicelib.clients.kafka.consumer import Record
from chalicelib.clock import Clock
from chalicelib.consumer.pipeline.dead_letters import DeadLetters
from chalicelib.consumer.pipeline.effect_runner import EffectRunner
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.consumer.pipeline.records import Incoming, Poison, Unknown, read
from chalicelib.consumer.telemetry import metrics
from chalicelib.tracing import traced

log = logging.getLogger(__name__)


class Dispatcher:
    """Processes batches. After a failure at any line, it is safe to call it again with some or all of the records."""

    def __init__(self, effect_runner: EffectRunner, ledger: Ledger, dead_letters: DeadLetters, clock: Clock) -> None:
        self._effect_runner = effect_runner
        self._ledger = ledger
        self._dead_letters = dead_letters
        self._clock = clock

    def __call__(self, records: Sequence[Record]) -> None:
        """Process records. Raises DependencyDown, and SystemicFailureError where nothing works."""
        with metrics.BATCH_SECONDS.time():
            poison: list[Poison] = []
            incoming: dict[str, Incoming] = {}
            now = self._clock()
            for record in records:
                match read(record, now):
                    case Incoming() as entry:
                        incoming[entry.event.eventId] = entry
                    case Poison() as letter:
                        poison.append(letter)
                    case Unknown():
                        metrics.PASSED_OVER.inc()
            while incoming and not self._process(incoming, poison):
                pass  # another consumer has recorded some of them meanwhile
            if poison:
                self._dead_letters.send(poison)

    def _process(self, incoming: dict[str, Incoming], poison: list[Poison]) -> bool:
        """Apply the effects and record the events. Adds those that failed to `poison`, and drops duplicates.

        Returns False where another consumer recorded some of them meanwhile: call it again then.
        """
        known = self._ledger.known(incoming.keys())
        metrics.DUPLICATES.inc(len(known))
        for event_id in known:
            del incoming[event_id]
        new = list(incoming.values())
        if not new:
            return True
        failed = self._effect_runner.apply(new)
        failed_records = {id(letter.record) for letter in failed}
        done = [entry for entry in new if id(entry.record) not in failed_records]
        replayed = {entry.event.eventId for entry in done if entry.replayed}
        if done and not self._ledger.record([entry.event for entry in done], replayed=replayed):
            return False
        poison += failed
        for entry in done:
            _log_traced(entry)
        for event_type, count in Counter(entry.event.eventType for entry in done).items():
            metrics.PROCESSED.labels(event_type).inc(count)
        return True


def _log_traced(entry: Incoming) -> None:
    """Log that an event has had its effects, where the request that caused it was traced."""
    event = entry.event
    if event.traceparent is not UNSET:
        with traced(event.traceparent):
            extra = {"action": "event_processed", "eventType": event.eventType, "eventId": event.eventId}
            log.info("An event has had its effects.", extra=extra)
