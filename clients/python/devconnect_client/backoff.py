"""Exponential backoff with full jitter, so that many clients do not come back at once."""

import random

from devconnect_client.timings import Timings


class Backoff:
    """The delays of one series of failures."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._ceiling = timings.first_delay

    def delay(self, lasted: float = 0.0) -> float:
        """Returns the seconds to wait after another failure, which came after `lasted` seconds of success."""
        if lasted >= self._timings.stable:
            self._ceiling = self._timings.first_delay
        seconds = random.uniform(0, self._ceiling)  # noqa: S311 - jitter, not a secret
        self._ceiling = min(self._ceiling * 2, self._timings.longest_delay)
        return seconds
