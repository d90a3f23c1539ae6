"""A batch of records: read, freed of what was processed before, given its effects, and recorded."""

from collections import Counter
from collections.abc import Sequence

from chalicelib.clients.kafka.consumer import Record
from chalicelib.consumer.pipeline.dead_letters import DeadLetters
from chalicelib.consumer.pipeline.effect_runner import EffectRunner
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.consumer.pipeline.records import Incoming, Poison, Unknown, read
from chalicelib.consumer.telemetry import metrics


class Dispatcher:
    """Safe to call again with the same records, whole or in part, after a failure at any line."""

    def __init__(self, applying: EffectRunner, ledger: Ledger, dead_letters: DeadLetters) -> None:
        self._applying = applying
        self._ledger = ledger
        self._dead_letters = dead_letters

    def __call__(self, records: Sequence[Record]) -> None:
        """Raises DependencyDown where a dependency is down, and SystemicFailureError where nothing works."""
        with metrics.BATCH_SECONDS.time():
            poison: list[Poison] = []
            incoming: dict[str, Incoming] = {}
            for record in records:
                match read(record):
                    case Incoming() as one:
                        incoming[one.event.eventId] = one
                    case Poison() as one:
                        poison.append(one)
                    case Unknown():
                        metrics.PASSED_OVER.inc()
            while incoming and not self._processed(incoming, poison):
                pass  # another consumer recorded some of them meanwhile
            if poison:
                self._dead_letters.send(poison)

    def _processed(self, incoming: dict[str, Incoming], poison: list[Poison]) -> bool:
        """Whether the events are recorded now; those that failed are added to `poison`."""
        known = self._ledger.known(incoming.keys())
        metrics.DUPLICATES.inc(len(known))
        for event_id in known:
            del incoming[event_id]
        new = list(incoming.values())
        if not new:
            return True
        failed = self._applying.apply(new)
        failed_records = {id(letter.record) for letter in failed}
        done = [one for one in new if id(one.record) not in failed_records]
        replayed = {one.event.eventId for one in done if one.replayed}
        if done and not self._ledger.record([one.event for one in done], replayed=replayed):
            return False
        poison += failed
        for event_type, count in Counter(one.event.eventType for one in done).items():
            metrics.PROCESSED.labels(event_type).inc(count)
        return True
