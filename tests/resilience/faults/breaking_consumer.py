"""The consumer with an additional effect, which fails for some events.

`python -m tests.resilience.faults.breaking_consumer EVENT_ID...`
"""

import signal
import sys
import threading
from collections.abc import Sequence

from chalicelib import logs, settings
from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.run import run
from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.wiring import Wiring


class Broken:
    """An effect with a bug that only some events reveal."""

    def __init__(self, event_ids: Sequence[str]) -> None:
        self._event_ids = set(event_ids)

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises ValueError for such an event."""
        for event in events:
            if event.eventId in self._event_ids:
                raise ValueError(f"the effect of {event.eventId} has a bug")


def main(event_ids: Sequence[str]) -> None:
    logs.configure()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    wiring = Wiring(settings.load())
    run(wiring, [*all_effects(wiring), RoutedEffect(Broken(event_ids), EVENT_TYPES)], stop)
    wiring.close()


if __name__ == "__main__":
    main(sys.argv[1:])
