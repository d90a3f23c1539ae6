"""The times at which users were last seen and last logged in: two keys in Redis, whose values only grow."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import milliseconds
from chalicelib.events.envelope import Envelope

TTL = timedelta(hours=24)
LOGINS = frozenset({"USER_SIGNUP", "USER_LOGIN"})


class LastTimes:
    """Sets `user:<userId>:last_seen` and `user:<userId>:last_login`, in two round trips per batch."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises RedisUnavailable."""
        latest: dict[str, str] = {}
        for event in events:
            for name in ("last_seen", "last_login") if event.eventType in LOGINS else ("last_seen",):
                key = f"user:{event.userId}:{name}"
                latest[key] = max(latest.get(key, ""), event.timestamp)
        # Events arrive in any order and more than once, and the latest time wins. ISO 8601 in UTC sorts as text. All
        # events of a user are in one partition, and so with one consumer: a script is not needed to avoid races.
        stored = self._redis.send(*(("GET", key) for key in latest))
        self._redis.write(
            *(
                # The TTL begins at the time of the event, which may be days old when it is delivered again.
                ("SET", key, timestamp, "PXAT", milliseconds(datetime.fromisoformat(timestamp) + TTL))
                for (key, timestamp), reply in zip(latest.items(), stored, strict=True)
                if not isinstance(reply, bytes) or reply.decode() < timestamp
            )
        )
