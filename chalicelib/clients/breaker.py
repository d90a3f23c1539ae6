"""A circuit breaker: what is known to be down is not waited for again and again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.clock import Clock

PROBE_SECONDS = 0.1
"""How long the attempt that finds out whether a server is back may take."""


class Breaker:
    """Per process, on the wall clock: a frozen process must see that time has passed.

    Closed, everything is tried. A failure opens it for `open_for`; then one attempt is a probe.
    Threads of one process share it: two probes at once are harmless, so there is no lock.
    """

    def __init__(self, clock: Clock, open_for: timedelta = timedelta(seconds=2)) -> None:
        self._clock = clock
        self._open_for = open_for
        self._failed_at: datetime | None = None

    def another(self) -> "Breaker":
        """A closed one of the same kind, for a part of the whole."""
        return Breaker(self._clock, self._open_for)

    @property
    def closed(self) -> bool:
        return self._failed_at is None

    @property
    def probe_is_due(self) -> bool:
        return self._failed_at is not None and self._clock() >= self._failed_at + self._open_for

    def failed(self) -> None:
        self._failed_at = self._clock()

    def succeeded(self) -> None:
        self._failed_at = None

    def allows(self, probe: Callable[[], bool]) -> bool:
        """Whether an attempt makes sense. `probe` is asked when the breaker is open and its time has come."""
        if self._failed_at is None:
            return True
        if not self.probe_is_due:
            return False
        if probe():
            self.succeeded()
            return True
        self.failed()
        return False
