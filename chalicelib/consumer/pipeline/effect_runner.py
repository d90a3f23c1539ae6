"""Applies effects and handles their failures: a batch at once, and where that fails, each event alone with retries."""

import logging
import random
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence

from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.pipeline.dead_letters import EFFECT_FAILED
from chalicelib.consumer.pipeline.records import Incoming, Poison
from chalicelib.consumer.telemetry import metrics
from chalicelib.errors import DependencyDown
from chalicelib.events.envelope import Envelope

log = logging.getLogger(__name__)

ATTEMPTS = 4
FIRST_DELAY_SECONDS = 0.1
"""The limit of the first delay. It doubles after each attempt, and the delays have full jitter."""

RETRY_SECONDS = 20.0
"""The limit for all retries of a batch, as a consumer that does not poll for a minute is removed from the group."""

SYSTEMIC = 10
"""Where this many events in a row fail, the events are not to blame."""


class SystemicFailureError(Exception):
    """Everything fails, because of a bug or a dependency that fails in an unforeseen way. The process must stop."""


class EffectRunner:
    """Applies all effects to events. It counts the failures in a row of each effect across batches."""

    def __init__(self, effects: Sequence[RoutedEffect], stop: threading.Event) -> None:
        self._effects = effects
        self._stop = stop
        self._failures_in_a_row: Counter[RoutedEffect] = Counter()

    def apply(self, incoming: Sequence[Incoming]) -> list[Poison]:
        """Apply the effects to events. Returns the events for which an effect keeps failing.

        Raises DependencyDown, and SystemicFailureError where nothing works; no event is then declared poison.
        """
        failed: dict[str, Poison] = {}
        give_up_at = time.monotonic() + RETRY_SECONDS
        for effect in self._effects:
            remaining = [entry for entry in incoming if entry.event.eventId not in failed]
            if not remaining:
                break
            try:
                effect.apply([entry.event for entry in remaining])
            except DependencyDown:
                raise
            except Exception:
                log.exception("An effect failed for a batch.", extra={"action": "effect_failed"})
                failed |= self._one_by_one(effect, remaining, give_up_at)
            else:
                self._failures_in_a_row[effect] = 0
        return list(failed.values())

    def _one_by_one(self, effect: RoutedEffect, incoming: Sequence[Incoming], give_up_at: float) -> dict[str, Poison]:
        failed: dict[str, Poison] = {}
        for entry in incoming:
            error = self._try_alone(effect, entry.event, ATTEMPTS if time.monotonic() < give_up_at else 1)
            if error is None:
                self._failures_in_a_row[effect] = 0
                continue
            failed[entry.event.eventId] = Poison(entry.record, EFFECT_FAILED, error)
            self._failures_in_a_row[effect] += 1
            if self._failures_in_a_row[effect] >= SYSTEMIC:
                raise SystemicFailureError(f"{effect.name} failed for {SYSTEMIC} events in a row")
        return failed

    def _try_alone(self, effect: RoutedEffect, event: Envelope, attempts: int) -> str | None:
        """Apply an effect to one event. Returns the stack of the last failure, or None where an attempt succeeded."""
        stack: str | None = None
        for attempt in range(attempts):
            if attempt:
                metrics.RETRIES.labels(effect.name).inc()
                # This is not a sleep, as a stop would have to wait seconds for it.
                self._stop.wait(random.uniform(0, FIRST_DELAY_SECONDS * 2**attempt))  # noqa: S311 - jitter is not a secret
            try:
                effect.apply([event])
            except DependencyDown:
                raise
            except Exception:  # noqa: BLE001 - any error is retried, and then kept with its stack
                stack = traceback.format_exc()
            else:
                return None
        return stack
