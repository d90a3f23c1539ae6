"""When a user was seen last, and logged in last: two keys in Redis that only move forward."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.clients.redis_client import RedisClient
from chalicelib.events.envelope import Envelope

TTL = timedelta(hours=24)
SEEN = frozenset({"USER_SIGNUP", "USER_LOGIN", "USER_LOGOUT", "USER_ONLINE", "USER_OFFLINE"})
LOGGED_IN = frozenset({"USER_SIGNUP", "USER_LOGIN"})

# Events arrive in any order and more than once: the later time stays. ISO 8601 in UTC sorts as text.
_KEEP_LATER = """
local known = redis.call('GET', KEYS[1])
if known and known >= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""


class LastTimes:
    """Sets `user:<userId>:last_seen` and `user:<userId>:last_login`."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises RedisUnavailable."""
        latest: dict[str, str] = {}
        for event in events:
            for kinds, name in ((SEEN, "last_seen"), (LOGGED_IN, "last_login")):
                if event.eventType in kinds:
                    key = f"user:{event.userId}:{name}"
                    latest[key] = max(latest.get(key, ""), event.timestamp)
        for key, timestamp in latest.items():
            self._redis.run(_KEEP_LATER, [key], [timestamp, int(TTL.total_seconds() * 1000)])
