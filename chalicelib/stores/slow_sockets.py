"""Slow sockets: their clients do not read what they are sent, so that a push to them waits until it is refused.

A process remembers those that it met, and Redis tells the others: `slow:<userId>` is a sorted set of connectionIds,
scored by the time of the first refusal. It is read in the round trip that finds the user's sockets, and written only
when a push was refused.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.exchange import Reply
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock, milliseconds
from chalicelib.errors import RedisUnavailable

T = TypeVar("T")

PASSED_OVER_FOR = timedelta(seconds=10)
"""How long nothing is pushed to a slow socket. Then one push tries it: a client that still does not read is closed."""

REMEMBERED_FOR = timedelta(minutes=1)
"""How long a refusal counts: a socket to which nothing was pushed since then may well have been read."""

MAX_REMEMBERED = 10_000


class SlowSockets:
    """Thread-safe, as each method changes the memory by single operations."""

    def __init__(self, redis: RedisClient, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._since: dict[str, int] = {}

    def is_known(self, connection_id: str) -> bool:
        """Whether the socket refused a push a short time ago, and has taken none since."""
        return self._age(connection_id) is not None

    def is_passed_over(self, connection_id: str) -> bool:
        """Whether a push to the socket would only wait."""
        age = self._age(connection_id)
        return age is not None and age < _milliseconds(PASSED_OVER_FOR)

    def remember(self, connection_id: str) -> None:
        """Note in this process that the socket has refused a push. The first refusal counts."""
        if self._age(connection_id) is None:
            if len(self._since) >= MAX_REMEMBERED:
                self._since.clear()
            self._since[connection_id] = milliseconds(self._clock())

    def forget(self, connection_id: str) -> None:
        """Note in this process that the socket has taken a push, or is closed."""
        self._since.pop(connection_id, None)

    def tell(self, user_id: str, connection_id: str) -> bool:
        """Tell other processes of a refusal. Returns whether the socket stays slow, so that it should be closed.

        It stays slow where another refusal is at least PASSED_OVER_FOR old. Never raises.
        """
        self.remember(connection_id)
        now = milliseconds(self._clock())
        since, key = self._since.get(connection_id, now), _key(user_id)
        try:
            _, score, _ = self._redis.send(
                ("ZADD", key, "NX", since, connection_id),
                ("ZSCORE", key, connection_id),
                ("PEXPIRE", key, _milliseconds(REMEMBERED_FOR)),
            )
        except RedisUnavailable:
            score = None
        self._learn(connection_id, score)
        return now - self._since.get(connection_id, now) >= _milliseconds(PASSED_OVER_FOR)

    def take_back(self, user_id: str, connection_id: str) -> None:
        """Tell other processes that the socket has taken a push, or is closed. Never raises."""
        self.forget(connection_id)
        try:
            self._redis.send(("ZREM", _key(user_id), connection_id))
        except RedisUnavailable:
            return  # other processes try it again after PASSED_OVER_FOR

    def beside(self, user_id: str, sockets: Lookup[T]) -> Lookup[T]:
        """Return a look-up of the same sockets that learns in the same round trip which of the user's are slow."""

        def decode(replies: Sequence[Reply]) -> T:
            self._learn_all(replies[-1])
            sockets.settle(replies[:-1])
            return sockets.resolve()

        def without_redis() -> T:
            sockets.settle(None)
            return sockets.resolve()

        return Lookup([*sockets.commands, ("ZRANGE", _key(user_id), 0, -1, "WITHSCORES")], decode, without_redis)

    def _learn_all(self, reply: Reply) -> None:
        if isinstance(reply, list):
            for member, score in zip(reply[::2], reply[1::2], strict=True):
                if isinstance(member, bytes):
                    self._learn(member.decode(), score)

    def _learn(self, connection_id: str, score: Reply) -> None:
        """Take over the time of a refusal that another process has told of, unless it is too old to count."""
        if isinstance(score, bytes | float | int):
            since = int(float(score))
            if milliseconds(self._clock()) - since < _milliseconds(REMEMBERED_FOR):
                self._since[connection_id] = since

    def _age(self, connection_id: str) -> int | None:
        """Milliseconds since the first refusal; None where there is none that counts."""
        since = self._since.get(connection_id)
        if since is None:
            return None
        age = milliseconds(self._clock()) - since
        if age < _milliseconds(REMEMBERED_FOR):
            return age
        self._since.pop(connection_id, None)
        return None


def _key(user_id: str) -> str:
    return f"slow:{user_id}"


def _milliseconds(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
