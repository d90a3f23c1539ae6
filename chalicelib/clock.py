"""The wall clock, passed in wherever time matters.

The wall clock rather than a monotonic one also for time-outs that outlive an invocation: a function is frozen
between invocations, and the monotonic clock of a frozen process says nothing about the world outside.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now in UTC, cut to milliseconds, which is what MongoDB keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch: the score in Redis' sorted sets."""
    return round(moment.timestamp() * 1000)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-01-31T12:00:00.000Z`, the only form of a time in the API."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
