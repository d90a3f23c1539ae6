"""The scheduled function that warms the caches."""

import logging
from typing import Protocol, cast

from chalice.app import CloudWatchEvent

from chalicelib.errors import RedisUnavailable, Unavailable
from chalicelib.services.cache_warming import MAX_SESSIONS
from chalicelib.wiring import wired

log = logging.getLogger(__name__)

SPARE_MILLISECONDS = 10_000
"""The time that must remain for another batch, which takes a fiftieth of it when the servers are healthy."""


class _Context(Protocol):
    """The part of an invocation's context that is used. Chalice declares the context as a dict."""

    def get_remaining_time_in_millis(self) -> int: ...


def warm(event: CloudWatchEvent) -> None:
    """Warm the caches until little time remains. A server that is down is logged, and the next run tries again."""
    context = cast("_Context", event.context)
    try:
        warmer = wired().cache_warmer
        report = warmer.warm(
            warmer.recent_sessions(MAX_SESSIONS),
            is_time_up=lambda: context.get_remaining_time_in_millis() < SPARE_MILLISECONDS,
        )
    except (RedisUnavailable, Unavailable) as error:
        log.warning("The caches could not be warmed: %r", error, extra={"action": "warming_failed"})
        return
    log.info(
        "The caches are warm: of %d sessions %d had no copy, of %d users %d%s.",
        report.sessions.checked,
        report.sessions.filled,
        report.users.checked,
        report.users.filled,
        "" if report.complete else "; the time was up before the end",
        extra={"action": "caches_warmed"},
    )
