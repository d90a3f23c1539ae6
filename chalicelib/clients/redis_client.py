"""Redis: shared round trips, scripts, and a breaker that keeps a dead server from costing each request its time-out."""

import functools
import hashlib
import logging
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from chalicelib.clients.breaker import PROBE_SECONDS, Breaker
from chalicelib.errors import RedisUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Argument = str | bytes | int | float
Command = tuple[Argument, ...]
Reply = object
"""What a command returned: bytes, int, float, bool, a list of them, None, or a redis.ResponseError as a value."""

CONNECT_SECONDS = 0.3
ANSWER_SECONDS = 0.5


class Read(Generic[T_co]):
    """One value that is wanted from Redis, to be fetched together with others in one round trip.

    It holds the commands, how their replies become the value, and how the value is had while Redis is down.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        decode: Callable[[Sequence[Reply]], T_co],
        without_redis: Callable[[], T_co],
    ) -> None:
        self.commands = commands
        self._decode = decode
        self._without_redis = without_redis
        self._replies: Sequence[Reply] | None = None
        self._fetched = False
        self._values: list[T_co] = []

    def settle(self, replies: Sequence[Reply] | None) -> None:
        """Take the replies to `commands`, in their order; None says that Redis did not answer."""
        self._replies = replies
        self._fetched = True

    @property
    def value(self) -> T_co:
        """The value. It may read MongoDB (a miss, or no Redis), once, and so raise Unavailable."""
        if not self._fetched:
            raise RuntimeError("a Read has no value before RedisClient.fetch")
        # No cached_property: on Python 3.11 all values of a process would be made one at a time, under one lock.
        if not self._values:
            self._values.append(self._without_redis() if self._replies is None else self._decode(self._replies))
        return self._values[0]


class RedisClient:
    """Connects at the first use. A method blocks ANSWER_SECONDS at most, and CONNECT_SECONDS more to connect."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        self._breaker = breaker
        self._redis = _client(url, CONNECT_SECONDS, ANSWER_SECONDS)
        self._prober = _client(url, PROBE_SECONDS, PROBE_SECONDS)

    def fetch(self, *reads: Read[object]) -> None:
        """Send the commands of all `reads` in one round trip and settle each of them. Never raises."""
        try:
            replies = self.send(*(command for read in reads for command in read.commands))
        except RedisUnavailable:
            _settle(reads, None)
        else:
            _settle(reads, replies)

    def send(self, *commands: Command) -> list[Reply]:
        """Send commands in one round trip, without a transaction; an error of one is its reply.

        Raises RedisUnavailable when Redis does not answer, or is known not to.
        """
        if not commands:
            return []
        self._require()
        return self._guarded(lambda: self._pipeline(self._redis, commands))

    def write(self, *commands: Command) -> None:
        """Send commands in one round trip. Raises RedisUnavailable unless all of them were done."""
        _require_done(self.send(*commands))

    def run(self, script: str, keys: Sequence[str], args: Sequence[Argument], *reads: Read[object]) -> Reply:
        """Run a Lua script, atomically, and fetch `reads` after it, in one round trip; Redis keeps the script.

        Raises RedisUnavailable, also where the script was refused; the reads are settled in any case.
        """
        try:
            replies = self._run(script, keys, args, [command for read in reads for command in read.commands])
        except RedisUnavailable:
            _settle(reads, None)
            raise
        _settle(reads, replies[1:])
        _require_done(replies[:1])
        return replies[0]

    def _run(
        self, script: str, keys: Sequence[str], args: Sequence[Argument], commands: Sequence[Command]
    ) -> list[Reply]:
        evaluation: Command = ("EVALSHA", _sha1(script), len(keys), *keys, *args)
        replies = self.send(evaluation, *commands)
        if isinstance(replies[0], redis.exceptions.NoScriptError):
            # Forgotten, in a restart or fail-over. All of it is sent again, so that the reads still come after it.
            replies = self.send(("EVAL", script, len(keys), *keys, *args), *commands)
        return replies

    def delete(self, *keys: str) -> None:
        """Delete keys, tried even while the breaker is open, as a stale copy costs more than a short wait.

        Raises RedisUnavailable when it could not be done, also where Redis answered that it will not.
        """
        server = self._redis if self._breaker.closed else self._prober
        _require_done(self._guarded(lambda: self._pipeline(server, [("DEL", key) for key in keys])))

    def used_memory(self) -> int:
        """Bytes. Raises RedisUnavailable."""
        self._require()
        return int(self._guarded(lambda: self._redis.info("memory"))["used_memory"])

    def ping(self) -> bool:
        """Whether Redis answers within PROBE_SECONDS."""
        try:
            return bool(self._prober.ping())
        except redis.RedisError:
            return False

    def close(self) -> None:
        self._redis.close()
        self._prober.close()

    def _require(self) -> None:
        if not self._breaker.allows(self.ping):
            raise RedisUnavailable("Redis is known to be down")

    def _guarded(self, operation: Callable[[], T]) -> T:
        try:
            result = operation()
        except (redis.ConnectionError, redis.TimeoutError) as error:
            if self._breaker.closed:
                log.warning("Redis is down: %s", error, extra={"action": "redis_down"})
            self._breaker.failed()
            raise RedisUnavailable(str(error)) from error
        except redis.RedisError as error:
            # It answered, but refuses: loading its data, read-only after a fail-over, out of memory.
            log.warning("Redis refused: %s", error, extra={"action": "redis_refused"})
            raise RedisUnavailable(str(error)) from error
        self._breaker.succeeded()
        return result

    @staticmethod
    def _pipeline(server: redis.Redis, commands: Sequence[Command]) -> list[Reply]:
        with server.pipeline(transaction=False) as pipeline:
            for command in commands:
                pipeline.execute_command(*command)  # type: ignore[no-untyped-call] # not typed in redis-py
            return list(pipeline.execute(raise_on_error=False))


def _settle(reads: Sequence[Read[object]], replies: Sequence[Reply] | None) -> None:
    """Give each read the replies to its own commands."""
    start = 0
    for read in reads:
        end = start + len(read.commands)
        read.settle(None if replies is None else replies[start:end])
        start = end


@functools.cache
def _sha1(script: str) -> str:
    """The name that Redis gives a script (EVALSHA)."""
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


def _require_done(replies: Sequence[Reply]) -> None:
    """Raises RedisUnavailable where one is a refusal, such as of a replica that was the primary a moment ago."""
    for reply in replies:
        if isinstance(reply, redis.RedisError):
            log.warning("Redis refused: %s", reply, extra={"action": "redis_refused"})
            raise RedisUnavailable(str(reply))


def _client(url: str, connect_seconds: float, answer_seconds: float) -> redis.Redis:
    """Connects at the first command."""
    return redis.Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=connect_seconds,
        socket_timeout=answer_seconds,
        # The default retries cost 3 to 7 s with a dead server; the breaker and MongoDB are the answer here.
        retry=Retry(NoBackoff(), 0),
    )
