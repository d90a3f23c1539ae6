"""Redis: shared round trips, scripts, and a breaker that keeps a dead server from costing each request its time-out."""

import functools
import hashlib
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

import redis
from redis.exceptions import AskError, ClusterDownError, NoScriptError, TryAgainError

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.redis.cluster import Cluster
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clients.redis.server import Argument, Command, Reply, Server, SingleServer
from chalicelib.errors import RedisUnavailable
from chalicelib.settings.redis_addresses import is_cluster

log = logging.getLogger(__name__)

T = TypeVar("T")

_UNANSWERED = (redis.ConnectionError, redis.TimeoutError, ClusterDownError, AskError, TryAgainError)
"""The replies of a cluster that has no place for a key at this moment: its node is down, or a slot is on its way."""


class RedisClient:
    """Connects at the first use, to one server or to a cluster; each says how long a method may block."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        self._breaker = breaker
        self._server: Server = Cluster(url, breaker) if is_cluster(url) else SingleServer(url, breaker)

    def fetch(self, *reads: Lookup[object]) -> None:
        """Send the commands of all `reads` in one round trip and settle each of them. Never raises.

        One whose node of a cluster is down has its value without Redis, and the others have theirs.
        """
        commands = [command for read in reads for command in read.commands]
        try:
            replies = self._batch(commands)
        except RedisUnavailable:
            _settle(reads, None)
        else:
            _settle(reads, replies)

    def send(self, *commands: Command) -> list[Reply]:
        """Send commands in one round trip, without a transaction; an error of one is its reply.

        Raises RedisUnavailable when Redis does not answer one of them, or is known not to.
        """
        replies = self._batch(commands)
        for reply in replies:
            if isinstance(reply, _UNANSWERED):
                raise RedisUnavailable(str(reply)) from reply
        return replies

    def write(self, *commands: Command) -> None:
        """Send commands in one round trip. Raises RedisUnavailable unless all of them were done."""
        _require_done(self.send(*commands))

    def run(self, script: str, keys: Sequence[str], args: Sequence[Argument], *reads: Lookup[object]) -> Reply:
        """Run a Lua script, atomically, and fetch `reads` after it; Redis keeps the script.

        One round trip. On a cluster the reads have one of their own, as other nodes would be faster than the script.
        Raises RedisUnavailable, also where the script was refused; the reads are settled in any case.
        """
        together = reads if self._server.ordered else ()
        try:
            replies = self._run(script, keys, args, [command for read in together for command in read.commands])
        except RedisUnavailable:
            self._fetch_after(reads, None)
            raise
        self._fetch_after(reads, replies[1:])
        _require_done(replies[:1])
        return replies[0]

    def _fetch_after(self, reads: Sequence[Lookup[object]], replies: Sequence[Reply] | None) -> None:
        """Settle the reads of a script: with what came together with it, or by a round trip."""
        if self._server.ordered:
            _settle(reads, replies)
        else:
            self.fetch(*reads)

    def _run(
        self, script: str, keys: Sequence[str], args: Sequence[Argument], commands: Sequence[Command]
    ) -> list[Reply]:
        evaluation: Command = ("EVALSHA", _sha1(script), len(keys), *keys, *args)
        replies = self.send(evaluation, *commands)
        if isinstance(replies[0], NoScriptError):
            # Forgotten, in a restart or fail-over. All of it is sent again, so that the reads still come after it.
            replies = self.send(("EVAL", script, len(keys), *keys, *args), *commands)
        return replies

    def delete(self, *keys: str) -> None:
        """Delete keys, tried even while the breaker is open, as a stale copy costs more than a short wait.

        Raises RedisUnavailable when it could not be done, also where Redis answered that it will not.
        """
        _require_done(self._guarded(lambda: self._server.batch([("DEL", key) for key in keys], insist=True)))

    def spread(self, prefix: str) -> list[str]:
        """Keys that begin with `prefix`, one on each server: `prefix` itself is one. Raises RedisUnavailable."""
        self._require()
        return self._guarded(lambda: self._server.spread(prefix))

    def used_memory(self) -> int:
        """Bytes, of all servers that answer together. Raises RedisUnavailable."""
        self._require()
        return self._guarded(self._server.used_memory)

    def ping(self) -> bool:
        """Whether Redis answers within PROBE_SECONDS."""
        return self._server.ping()

    def close(self) -> None:
        self._server.close()

    def _batch(self, commands: Sequence[Command]) -> list[Reply]:
        """Raises RedisUnavailable when nothing of Redis answers, or is known not to."""
        if not commands:
            return []
        self._require()
        return self._guarded(lambda: self._server.batch(commands))

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


def _settle(reads: Sequence[Lookup[object]], replies: Sequence[Reply] | None) -> None:
    """Give each read the replies to its own commands."""
    start = 0
    for read in reads:
        end = start + len(read.commands)
        own = None if replies is None else replies[start:end]
        read.settle(None if own is None or any(isinstance(reply, _UNANSWERED) for reply in own) else own)
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
