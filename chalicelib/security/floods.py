"""Floods: a user whose frames are refused again and again, and who goes on."""

from datetime import timedelta

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock, milliseconds
from chalicelib.errors import RedisUnavailable

WINDOW = timedelta(minutes=1)

MAX_REFUSED = 100
"""How many frames of one user, over all sockets, may be refused by a limit in a WINDOW. One more closes its socket."""

MAX_REMEMBERED = 10_000


class Floods:
    """Counts refused frames in Redis, `refused:<userId>`; a process remembers users with too many, and asks no more."""

    def __init__(self, redis: RedisClient, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._flooding_until: dict[str, int] = {}

    def count_refused(self, user_id: str) -> int | None:
        """Count a frame that was refused. Returns None, or, where it is one too many, after how many seconds it is not.

        Without Redis nothing is counted, as no limit of frames is. Never raises.
        """
        now = milliseconds(self._clock())
        until = self._flooding_until.get(user_id, 0)
        if until > now:
            return _seconds(until - now)
        key = f"refused:{user_id}"
        try:
            _, count, left = self._redis.send(("SET", key, 0, "PX", _WINDOW_MS, "NX"), ("INCR", key), ("PTTL", key))
        except RedisUnavailable:
            return None
        if not isinstance(count, int) or not isinstance(left, int) or count <= MAX_REFUSED:
            return None
        if len(self._flooding_until) >= MAX_REMEMBERED:
            self._flooding_until.clear()
        self._flooding_until[user_id] = now + left
        return _seconds(left)


_WINDOW_MS = int(WINDOW.total_seconds() * 1000)


def _seconds(milliseconds_left: int) -> int:
    return max(1, -(-milliseconds_left // 1000))
