"""The scheduled function that warms the caches."""

import logging
from typing import Protocol, cast

from chalice.app import CloudWatchEvent

from chalicelib.errors import RedisUnavailable, Unavailable
from chalicelib.services.cache_warming import MAX_SESSIONS
from chalicelib.wiring import wired

log = logging.getLogger(__name__)

SPARE_MILLISECONDS = 10_000
"""What must be left for another batch: a fiftieth of it where the servers are well."""


class _Context(Protocol):
    """What is used of an invocation's context. Chalice says that it is a dict."""

    def get_remaining_time_in_millis(self) -> int: ...


def warm(event: CloudWatchEvent) -> None:
    """Warm the caches until little time remains. What is down is logged: the next run finds it up again."""
    context = cast("_Context", event.context)
    try:
        warmer = wired().cache_warmer
        warmed = warmer.warm(
            warmer.recent(MAX_SESSIONS),
            is_time_up=lambda: context.get_remaining_time_in_millis() < SPARE_MILLISECONDS,
        )
    except (RedisUnavailable, Unavailable) as error:
        log.warning("The caches could not be warmed: %r", error, extra={"action": "warming_failed"})
        return
    log.info(
        "The caches are warm: of %d sessions %d had no copy, of %d users %d%s.",
        warmed.sessions.looked_at,
        warmed.sessions.filled,
        warmed.users.looked_at,
        warmed.users.filled,
        "" if warmed.complete else "; the time was up before the end",
        extra={"action": "caches_warmed"},
    )
