"""Clocks that a test moves, so that no test waits for time to pass."""

from datetime import UTC, datetime, timedelta

from chalicelib.clock import utc_now


class ManualClock:
    """A clock that stands still until a test sets `now`. It is ahead, so no TTL index deletes what a test stores."""

    def __init__(self) -> None:
        self.now = datetime(2100, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class OffsetClock:
    """The wall clock, put forward by `offset`."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.offset
