"""The wall clock, which is passed in wherever time matters.

Time-outs that outlive an invocation use the wall clock too, rather than a monotonic one: a function is frozen between
invocations, and the monotonic clock of a frozen process does not say how much time has passed outside.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time in UTC, truncated to milliseconds as MongoDB stores it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def milliseconds(moment: datetime) -> int:
    """Return the milliseconds since the epoch, which are the scores in Redis' sorted sets."""
    return round(moment.timestamp() * 1000)


def iso(moment: datetime) -> str:
    """Format a time as ISO 8601 in UTC with milliseconds, the only form in the API: `2026-01-31T12:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
