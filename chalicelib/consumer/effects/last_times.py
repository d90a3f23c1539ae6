"""The times at which users were last seen and last logged in: two keys in Redis, whose values only grow."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.caching.invalidation import Invalidator
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock, iso, milliseconds
from chalicelib.events.envelope import Envelope
from chalicelib.stores.presence import last_seen_key
from chalicelib.stores.visibility import Visibility

TTL = timedelta(hours=24)
LOGINS = frozenset({"USER_SIGNUP", "USER_LOGIN"})


CLOCK_DIFFERENCE = timedelta(minutes=5)
"""How far the clocks of two consumers may be apart. A stored time that is further ahead is replaced."""


class LastTimes:
    """Sets `user:<userId>:last_seen` and `user:<userId>:last_login`, in two round trips per batch.

    Of a user who hides when they were last seen, nothing is stored: so nothing that is lost could show it.

    A time that is yet to come would be later than all that follow, so the pipeline gives no event a later time than its
    own clock's; one that is stored already, as by an earlier release, is not believed.
    """

    def __init__(self, *, redis: RedisClient, invalidator: Invalidator, visibility: Visibility, clock: Clock) -> None:
        self._redis = redis
        self._invalidator = invalidator
        self._visibility = visibility
        self._clock = clock

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises RedisUnavailable, Unavailable."""
        hiding = self._visibility.hiding({event.userId for event in events}).last_seen
        latest: dict[str, str] = {}
        for event in events:
            names = [] if event.userId in hiding else ["last_seen"]
            for name in [*names, "last_login"] if event.eventType in LOGINS else names:
                key = f"user:{event.userId}:{name}"
                latest[key] = max(latest.get(key, ""), event.timestamp)
        self._set(latest)
        if hiding:
            # A process may have died between the change of the setting and this.
            self._invalidator.delete(*map(last_seen_key, sorted(hiding)))

    def _set(self, latest: dict[str, str]) -> None:
        if not latest:
            return
        # Events arrive in any order and more than once, and the latest time wins. ISO 8601 in UTC sorts as text. All
        # events of a user are in one partition, and so with one consumer: a script is not needed to avoid races.
        stored = self._redis.send(*(("GET", key) for key in latest))
        believed = iso(self._clock() + CLOCK_DIFFERENCE)
        later = {
            key: timestamp
            for (key, timestamp), reply in zip(latest.items(), stored, strict=True)
            if not isinstance(reply, bytes) or not timestamp <= reply.decode() <= believed
        }
        replies = self._redis.send(
            *(("SET", key, timestamp, "PXAT", _expires_at(timestamp)) for key, timestamp in later.items())
        )
        # A full Redis may refuse for days, and notifications and presence must not wait for it: no time is shown then,
        # rather than an earlier one.
        refused = [key for key, reply in zip(later, replies, strict=True) if isinstance(reply, Exception)]
        if refused:
            self._invalidator.remember(*refused)


def _expires_at(timestamp: str) -> int:
    """Return the milliseconds since the epoch. The TTL begins at the time of the event, which may be long ago.

    Redis refuses those before 1970, and the consumer would take that for a Redis that is down, and wait for ever.
    """
    return max(1, milliseconds(datetime.fromisoformat(timestamp) + TTL))
