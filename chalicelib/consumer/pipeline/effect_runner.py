"""Effects with their failures: a batch at once, and where that fails, each event alone, again and again."""

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
"""Doubled after each attempt, with full jitter."""

RETRY_SECONDS = 20.0
"""For all retries of a batch, whichever effects fail: who does not poll for a minute is put out of the group."""

SYSTEMIC = 10
"""So many events in a row that fail, and none that does not, are no fault of the events."""


class SystemicFailureError(Exception):
    """Everything fails: a bug, or a dependency that fails in a way nobody foresaw. The process must stop."""


class EffectRunner:
    """Applies all effects to events. Keeps count of failures in a row over batches."""

    def __init__(self, effects: Sequence[RoutedEffect], stop: threading.Event) -> None:
        self._effects = effects
        self._stop = stop
        self._failures_in_a_row: Counter[RoutedEffect] = Counter()

    def apply(self, incoming: Sequence[Incoming]) -> list[Poison]:
        """Give events their effects; returns those for which one keeps failing.

        Raises DependencyDown, and SystemicFailureError where nothing works, before anything is called poison.
        """
        failed: dict[str, Poison] = {}
        give_up_at = time.monotonic() + RETRY_SECONDS
        for effect in self._effects:
            remaining = [one for one in incoming if one.event.eventId not in failed]
            if not remaining:
                break
            try:
                effect.apply([one.event for one in remaining])
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
        for one in incoming:
            error = self._attempts(effect, one.event, ATTEMPTS if time.monotonic() < give_up_at else 1)
            if error is None:
                self._failures_in_a_row[effect] = 0
                continue
            failed[one.event.eventId] = Poison(one.record, EFFECT_FAILED, error)
            self._failures_in_a_row[effect] += 1
            if self._failures_in_a_row[effect] >= SYSTEMIC:
                raise SystemicFailureError(f"{effect.name} failed for {SYSTEMIC} events in a row")
        return failed

    def _attempts(self, effect: RoutedEffect, event: Envelope, attempts: int) -> str | None:
        """Try one event alone; returns the stack of the last failure, None where an attempt succeeded."""
        stack: str | None = None
        for attempt in range(attempts):
            if attempt:
                metrics.RETRIES.labels(effect.name).inc()
                # Not seconds of sleep that a stop would have to wait for.
                self._stop.wait(random.uniform(0, FIRST_DELAY_SECONDS * 2**attempt))  # noqa: S311 - jitter, no secret
            try:
                effect.apply([event])
            except DependencyDown:
                raise
            except Exception:  # noqa: BLE001 - whatever it is, it is retried, then kept with its stack
                stack = traceback.format_exc()
            else:
                return None
        return stack
