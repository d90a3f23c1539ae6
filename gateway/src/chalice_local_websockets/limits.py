"""API Gateway's quotas. They are not adjustable on AWS, except for the rate of new connections.

Source: "Amazon API Gateway quotas", sections for REST and WebSocket APIs.
"""

from dataclasses import dataclass

FRAME_BYTES = 32 * 1024
MESSAGE_BYTES = 128 * 1024
REST_BODY_BYTES = 10 * 1024 * 1024
URL_BYTES = 4096
NEW_CONNECTIONS_PER_SECOND = 500

FRAMES_IN_FLIGHT = 4
"""How many frames of one connection are worked on at a time. AWS has no such quota, but many more workers."""


@dataclass(frozen=True)
class Timeouts:
    """Time-outs in seconds. The defaults are API Gateway's, except `push`, which AWS does not publish."""

    integration: float = 29
    idle: float = 10 * 60
    lifetime: float = 2 * 60 * 60
    push: float = 0.5
    """How long a push may wait for a client that does not read before it is refused with a 429."""


class TokenBucket:
    """Admits `rate` events a second, and bursts of the same size."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._tokens = rate
        self._filled_at = now

    def take(self, now: float) -> bool:
        """Returns whether one more event is admitted at `now`, in seconds of a monotonic clock."""
        self._tokens = min(self._rate, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
