"""A circuit breaker, so that a server that is known to be down does not cost its time-out again and again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.clock import Clock

PROBE_SECONDS = 0.1
"""How long a probe, which finds out whether a server is back, may take."""


class Breaker:
    """The breaker of one server in one process. It uses the wall clock, as a frozen process must see that time passed.

    While it is closed, every operation is attempted. A failure opens it for `open_for`; after that, one attempt is a
    probe. The threads of a process share it without a lock, as two probes at once are harmless.
    """

    def __init__(self, clock: Clock, open_for: timedelta = timedelta(seconds=2)) -> None:
        self._clock = clock
        self._open_for = open_for
        self._failed_at: datetime | None = None
        self._is_in_doubt = False

    def for_node(self) -> "Breaker":
        """Return a new, closed breaker with the same settings, for one node of a cluster."""
        return Breaker(self._clock, self._open_for)

    @property
    def closed(self) -> bool:
        return self._failed_at is None

    @property
    def probe_is_due(self) -> bool:
        return self._failed_at is not None and self._clock() >= self._failed_at + self._open_for

    @property
    def is_in_doubt(self) -> bool:
        """Whether the server responds again, but may have missed deletions since this process last believed it."""
        return self.closed and self._is_in_doubt

    def record_doubt(self) -> None:
        """Note that the server has missed a deletion although it responds."""
        self._is_in_doubt = True

    def end_doubt(self) -> None:
        """Believe the server again, unless it has failed meanwhile."""
        if self.closed:
            self._is_in_doubt = False

    def record_failure(self) -> None:
        self._failed_at = self._clock()
        self._is_in_doubt = True

    def record_success(self) -> None:
        self._failed_at = None

    def allows(self, probe: Callable[[], bool]) -> bool:
        """Whether an attempt makes sense. Calls `probe` where the breaker is open and a probe is due."""
        if self._failed_at is None:
            return True
        if not self.probe_is_due:
            return False
        if probe():
            self.record_success()
            return True
        self.record_failure()
        return False
