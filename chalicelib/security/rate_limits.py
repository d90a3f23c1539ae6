"""Sliding-window rate limits in Redis; attempts to log in are counted in MongoDB while Redis is down.

Each attempt is a member of a sorted set, scored by its time, and all four commands travel in the request's one round
trip. An attempt is counted before it is checked, so that simultaneous attempts cannot all be admitted; a refused
attempt is removed again.
"""

import ipaddress
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.exchange import Command, Reply
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock, milliseconds
from chalicelib.errors import RateLimited, RedisUnavailable
from chalicelib.models.documents import AttemptDocument
from chalicelib.settings.rate_limits import Endpoint, Limit

MAX_KNOWN_REFUSALS = 10_000
KNOWN_MS = 1000


def network_of(ip: str) -> str:
    """Return what stands for one subscriber in limits: an IPv4 address, or the /64 of an IPv6 address (RFC 6177).

    A subscriber has all addresses of a /64 or more, and could take another one for each attempt.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


class Attempt:
    """An attempt: fetching `count_lookup` counts it, and `check` then admits or refuses it. It counts `number` times.

    Without `mongo` it is admitted while Redis is down. With `refusals`, it is refused without asking Redis while the
    window is known to be full.
    """

    def __init__(
        self,
        *,
        redis: RedisClient,
        mongo: MongoDatabase | None,
        clock: Clock,
        key: str,
        limit: Limit,
        number: int = 1,
        refusals: "Refusals | None" = None,
    ) -> None:
        self._refusals = refusals
        self._redis = redis
        self._mongo = mongo
        self._clock = clock
        self._key = key
        self._limit = limit
        now = milliseconds(clock())
        self._members = _members(now, number)
        self._counted_in_mongo: ObjectId | None = None
        window = limit.seconds * 1000
        commands: list[Command] = [
            ("ZREMRANGEBYSCORE", key, "-inf", now - window),
            ("ZADD", key, *_scored(now, self._members)),
            ("ZCARD", key),
            ("PEXPIRE", key, window),
        ]
        self.count_lookup: Lookup[int] = Lookup(commands, decode=self._decode_count, without_redis=self._count_in_mongo)

    @property
    def limit(self) -> Limit:
        return self._limit

    @property
    def remaining(self) -> int | None:
        """How many more may be made now; None where they are not counted, as Redis is down."""
        count = self.count_lookup.resolve()
        return max(0, self._limit.maximum - count) if count else None

    @property
    def is_too_many(self) -> bool:
        """Whether the limit is exceeded. The attempt still counts."""
        return self.count_lookup.resolve() > self._limit.maximum

    def check_known(self) -> None:
        """Raises RateLimited where this process knows that the limit is exceeded; the attempt is not to be counted."""
        retry_after = self._refusals.retry_after(self._key) if self._refusals is not None else None
        if retry_after is not None:
            raise RateLimited(retry_after)

    def check(self) -> None:
        """Raises RateLimited where the limit is exceeded; the attempt is then taken back."""
        if self.is_too_many:
            retry_after = _retry_after(self._redis, self._clock, self._key, self._limit)
            self.take_back()
            is_full = self.count_lookup.resolve() - len(self._members) >= self._limit.maximum
            if is_full and self._refusals is not None:
                self._refusals.note(self._key, retry_after)
            raise RateLimited(retry_after)

    def take_back(self) -> None:
        """Do not count the attempt after all. Raises Unavailable."""
        self._redis.fetch(self.withdrawal_lookup())

    def withdrawal_lookup(self) -> Lookup[None]:
        """Return a look-up that takes the attempt back once it is fetched; one counted in MongoDB is deleted at once.

        Where Redis does not answer, the attempt counts until its window ends: too strict for a while, never too lax.
        Raises Unavailable.
        """
        commands: list[Command] = [("ZREM", self._key, *self._members)]
        if self._counted_in_mongo is not None and self._mongo is not None:
            with self._mongo.guard():
                self._mongo.login_attempts.delete_one({"_id": self._counted_in_mongo})
            commands = []
        return _command_lookup(*commands)

    def _decode_count(self, replies: Sequence[Reply]) -> int:
        added, count = replies[1:3]
        if isinstance(added, int) and isinstance(count, int):
            return count
        # Redis answers but takes no writes (it is full, or a replica, or the key has another type): treated as down.
        return self._count_in_mongo()

    def _count_in_mongo(self) -> int:
        if self._mongo is None:
            return 0
        now = self._clock()
        window = timedelta(seconds=self._limit.seconds)
        attempt = AttemptDocument(_id=ObjectId(), key=self._key, at=now, expiresAt=now + window)
        with self._mongo.guard():
            self._mongo.login_attempts.insert_one(attempt)
            self._counted_in_mongo = attempt["_id"]
            return self._mongo.login_attempts.count_documents({"key": self._key, "at": {"$gt": now - window}})


class Successes:
    """Successes are counted once they are there, while attempts are counted before.

    So nobody but who succeeds can use up the limit. Those that succeed at the same moment may exceed it together. While
    Redis is down it does not apply.
    """

    def __init__(self, *, redis: RedisClient, clock: Clock, key: str, limit: Limit) -> None:
        self._redis = redis
        self._clock = clock
        self._key = key
        self.limit = self._limit = limit
        self._now = milliseconds(clock())
        self._begin = self._now - limit.seconds * 1000
        self.room_lookup: Lookup[int] = Lookup(
            [("ZCOUNT", key, self._begin, "+inf")],
            decode=lambda replies: max(0, limit.maximum - replies[0]) if isinstance(replies[0], int) else limit.maximum,
            without_redis=lambda: limit.maximum,
        )
        """How many more may succeed now."""

    @property
    def is_unused(self) -> bool:
        """Whether nothing is counted, or that is not known."""
        return self.room_lookup.resolve() == self._limit.maximum

    def count_lookup(self, number: int = 1) -> Lookup[None]:
        """Return a look-up that counts so many successes once it is fetched."""
        return _command_lookup(
            ("ZREMRANGEBYSCORE", self._key, "-inf", self._begin),
            ("ZADD", self._key, *_scored(self._now, _members(self._now, number))),
            ("PEXPIRE", self._key, self._limit.seconds * 1000),
        )

    def reset_lookup(self) -> Lookup[None]:
        """Return a look-up that takes back all of them once it is fetched."""
        return _command_lookup(("DEL", self._key))

    def count(self) -> None:
        """Count one in a round trip of its own."""
        self._redis.fetch(self.count_lookup())

    def check(self) -> None:
        """Raises RateLimited where there is no room for one more."""
        if not self.room_lookup.resolve():
            raise RateLimited(_retry_after(self._redis, self._clock, self._key, self._limit))


def _members(now: int, number: int) -> list[str]:
    """Return members for a sorted set of attempts at that time, in milliseconds, which no other process has."""
    return [f"{now}-{secrets.token_hex(4)}" for _ in range(number)]


def _scored(score: int, members: Sequence[str]) -> Iterator[str | int]:
    for member in members:
        yield score
        yield member


def _command_lookup(*commands: Command) -> Lookup[None]:
    """Return a look-up that only runs commands, and whose value nobody needs."""
    return Lookup(commands, decode=lambda _: None, without_redis=lambda: None)


def _retry_after(redis: RedisClient, clock: Clock, key: str, limit: Limit) -> int:
    """Whole seconds until the oldest attempt leaves the window."""
    try:
        [reply] = redis.send(("ZRANGE", key, 0, 0, "WITHSCORES"))
    except RedisUnavailable:
        return limit.seconds
    if not isinstance(reply, Sequence) or len(reply) != 2:
        return limit.seconds
    left = float(reply[1]) + limit.seconds * 1000 - milliseconds(clock())
    return min(limit.seconds, max(1, -int(-left // 1000)))


def check_all(attempts: Sequence[Attempt], limits: Sequence[Attempt | Successes] | None = None) -> None:
    """Check `limits`, or else those of the attempts.

    Raises RateLimited where one is exceeded; then none of the attempts counts.
    """
    try:
        for limit in attempts if limits is None else limits:
            limit.check()
    except RateLimited:
        for attempt in attempts:
            attempt.take_back()
        raise


class Refusals:
    """The limits that this process knows to be exceeded, so that refusing once more costs no round trip.

    That is believed for KNOWN_MS at a time, as an operator or a loss of Redis may empty the window meanwhile.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[int, int]] = {}
        """{key: (until when it is believed, when an attempt may succeed)}, in milliseconds since the epoch."""

    def note(self, key: str, retry_after: int) -> None:
        """Note that a limit is exceeded for `retry_after` seconds, which may have been rounded up."""
        if len(self._known) >= MAX_KNOWN_REFUSALS:
            self._known.clear()
        now = milliseconds(self._clock())
        self._known[key] = (now + min(KNOWN_MS, 1000 * (retry_after - 1)), now + 1000 * retry_after)

    def retry_after(self, key: str) -> int | None:
        """Seconds until an attempt may succeed; None where that is not known."""
        believed_until, full_until = self._known.get(key, (0, 0))
        now = milliseconds(self._clock())
        return -(-(full_until - now) // 1000) if now < believed_until else None


@dataclass(frozen=True, kw_only=True)
class RateLimits:
    redis: RedisClient
    mongo: MongoDatabase
    clock: Clock
    limit_of: Callable[[Endpoint], Limit]
    refusals: Refusals | None = None
    """Without it every attempt asks Redis."""

    def attempt(self, subject: str, endpoint: Endpoint, number: int = 1) -> Attempt:
        """An attempt that is admitted while Redis is down, and counts `number` times.

        `subject` is a userId, a sessionId, a network or an email address.
        """
        return self._attempt(subject, endpoint, mongo=None, number=number, refusals=self.refusals)

    def guarded_attempt(self, subject: str, endpoint: Endpoint) -> Attempt:
        """An attempt that could guess a secret: while Redis is down it is counted in MongoDB, not simply admitted."""
        return self._attempt(subject, endpoint, mongo=self.mongo)

    def successes(self, subject: str, endpoint: Endpoint) -> Successes:
        """What is counted once it has succeeded."""
        key = _key(subject, endpoint)
        return Successes(redis=self.redis, clock=self.clock, key=key, limit=self.limit_of(endpoint))

    def _attempt(
        self,
        subject: str,
        endpoint: Endpoint,
        *,
        mongo: MongoDatabase | None,
        number: int = 1,
        refusals: Refusals | None = None,
    ) -> Attempt:
        return Attempt(
            redis=self.redis,
            mongo=mongo,
            clock=self.clock,
            key=_key(subject, endpoint),
            limit=self.limit_of(endpoint),
            number=number,
            refusals=refusals,
        )


def _key(subject: str, endpoint: Endpoint) -> str:
    return f"ratelimit:{subject}:{endpoint}"
