"""When a user was seen last, and logged in last: two keys in Redis that only move forward."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import milliseconds
from chalicelib.events.envelope import Envelope

TTL = timedelta(hours=24)
SEEN = frozenset({"USER_SIGNUP", "USER_LOGIN", "USER_LOGOUT", "USER_ONLINE", "USER_OFFLINE"})
LOGGED_IN = frozenset({"USER_SIGNUP", "USER_LOGIN"})


class LastTimes:
    """Sets `user:<userId>:last_seen` and `user:<userId>:last_login`, in two round trips a batch."""

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
        # Events arrive in any order and more than once: the later time stays. ISO 8601 in UTC sorts as text. All events
        # of a user are in one partition and so with one consumer, which is why no script needs to keep two apart.
        known = self._redis.send(*(("GET", key) for key in latest))
        self._redis.write(
            *(
                # Of the time itself, not of now: an event may be days old when it comes again.
                ("SET", key, timestamp, "PXAT", milliseconds(datetime.fromisoformat(timestamp) + TTL))
                for (key, timestamp), reply in zip(latest.items(), known, strict=True)
                if not isinstance(reply, bytes) or reply.decode() < timestamp
            )
        )
