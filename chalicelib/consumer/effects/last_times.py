"""The times at which users were last seen and last logged in: two keys in Redis, whose values only grow."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.caching.invalidation import Invalidator
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import milliseconds
from chalicelib.events.envelope import Envelope

TTL = timedelta(hours=24)
LOGINS = frozenset({"USER_SIGNUP", "USER_LOGIN"})


class LastTimes:
    """Sets `user:<userId>:last_seen` and `user:<userId>:last_login`, in two round trips per batch."""

    def __init__(self, redis: RedisClient, invalidator: Invalidator) -> None:
        self._redis = redis
        self._invalidator = invalidator

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises RedisUnavailable, and Unavailable where Redis refuses and MongoDB cannot keep the deletions."""
        latest: dict[str, str] = {}
        for event in events:
            for name in ("last_seen", "last_login") if event.eventType in LOGINS else ("last_seen",):
                key = f"user:{event.userId}:{name}"
                latest[key] = max(latest.get(key, ""), event.timestamp)
        # Events arrive in any order and more than once, and the latest time wins. ISO 8601 in UTC sorts as text. All
        # events of a user are in one partition, and so with one consumer: a script is not needed to avoid races.
        stored = self._redis.send(*(("GET", key) for key in latest))
        later = {
            key: timestamp
            for (key, timestamp), reply in zip(latest.items(), stored, strict=True)
            if not isinstance(reply, bytes) or reply.decode() < timestamp
        }
        replies = self._redis.send(
            *(
                # The TTL begins at the time of the event, which may be days old when it is delivered again.
                ("SET", key, timestamp, "PXAT", milliseconds(datetime.fromisoformat(timestamp) + TTL))
                for key, timestamp in later.items()
            )
        )
        # A full Redis may refuse for days, and notifications and presence must not wait for it: no time is shown then,
        # rather than an earlier one.
        refused = [key for key, reply in zip(later, replies, strict=True) if isinstance(reply, Exception)]
        if refused:
            self._invalidator.remember(*refused)
