"""What a response tells of rate limits: the quota of the request that is being handled, if it is known.

It is what the limiter has counted anyway, so telling it costs no round trip. The fields are those of
draft-ietf-httpapi-ratelimit-headers-10, which are structured fields (RFC 9651): `RateLimit-Policy: "feed";q=100;w=60`
and `RateLimit: "feed";r=99`. Of a sliding window nobody knows when it is whole again, so `t` is told with a 429 alone:
when the next attempt may succeed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from chalicelib.errors import RateLimited
from chalicelib.settings.rate_limits import Endpoint, Limit

RATE_LIMIT, POLICY = "RateLimit", "RateLimit-Policy"


@dataclass(frozen=True)
class Quota:
    """What a user may still do of one kind. `retry_after` is in seconds, where the limit is exceeded."""

    endpoint: Endpoint
    limit: Limit
    remaining: int
    retry_after: int | None = None

    def headers(self) -> dict[str, str]:
        wait = "" if self.retry_after is None else f";t={self.retry_after}"
        return {
            POLICY: f'"{self.endpoint}";q={self.limit.maximum};w={self.limit.seconds}',
            RATE_LIMIT: f'"{self.endpoint}";r={self.remaining}{wait}',
        }


class NotedQuota:
    """The quota that was noted last."""

    def __init__(self) -> None:
        self.quota: Quota | None = None

    def headers(self) -> dict[str, str]:
        """Return the header fields that tell of it; none where it is not known, as without Redis."""
        return {} if self.quota is None else self.quota.headers()


_noted: ContextVar[NotedQuota | None] = ContextVar("noted_quota", default=None)


@contextmanager
def noting_quota() -> Iterator[NotedQuota]:
    """Collect what is noted within this block."""
    noted = NotedQuota()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


@contextmanager
def noting_refusal(endpoint: Endpoint, limit: Limit) -> Iterator[None]:
    """Note that nothing is left of this limit where the block raises RateLimited."""
    try:
        yield
    except RateLimited as error:
        note_quota(Quota(endpoint, limit, 0, error.retry_after))
        raise


def note_quota(quota: Quota) -> None:
    """Note a quota for the response of this request, if a response will tell it."""
    noted = _noted.get()
    if noted is not None:
        noted.quota = quota
