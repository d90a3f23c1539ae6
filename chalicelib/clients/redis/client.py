"""Redis: shared round trips, scripts, and a breaker so that a dead server does not cost each request its time-out."""

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

_NOT_AVAILABLE = (redis.ConnectionError, redis.TimeoutError, ClusterDownError, AskError, TryAgainError)
"""The replies where no node of a cluster serves a key at the moment: its node is down, or its slot is migrating."""


class RedisClient:
    """A client of one server or of a cluster. It connects at its first use.

    SingleServer and Cluster say how long a method may block.
    """

    def __init__(self, url: str, breaker: Breaker) -> None:
        self._breaker = breaker
        self._server: Server = Cluster(url, breaker) if is_cluster(url) else SingleServer(url, breaker)

    def fetch(self, *reads: Lookup[object]) -> None:
        """Send the commands of all `reads` in one round trip and settle each of them. Never raises.

        On a cluster, only those lookups whose node is down have to find their values without Redis.
        """
        commands = [command for read in reads for command in read.commands]
        try:
            replies = self._batch(commands)
        except RedisUnavailable:
            _settle(reads, None)
        else:
            _settle(reads, replies)

    def send(self, *commands: Command) -> list[Reply]:
        """Send commands in one round trip, without a transaction. A command that fails has its error as its reply.

        Raises RedisUnavailable where Redis does not reply to one of them, or is known to be down.
        """
        replies = self._batch(commands)
        for reply in replies:
            if isinstance(reply, _NOT_AVAILABLE):
                raise RedisUnavailable(str(reply)) from reply
        return replies

    def write(self, *commands: Command) -> None:
        """Send commands in one round trip. Raises RedisUnavailable unless all of them succeed."""
        _require_success(self.send(*commands))

    def run(self, script: str, keys: Sequence[str], args: Sequence[Argument], *reads: Lookup[object]) -> Reply:
        """Run a Lua script, atomically, and fetch `reads` after it. Redis caches the script.

        This is one round trip. On a cluster the reads take a second one, as other nodes might reply before the script
        has run. Raises RedisUnavailable, also where Redis refuses the script; the reads are settled in any case.
        """
        reads_in_same_trip = reads if self._server.ordered else ()
        commands = [command for read in reads_in_same_trip for command in read.commands]
        try:
            replies = self._run(script, keys, args, commands)
        except RedisUnavailable:
            self._fetch_after(reads, None)
            raise
        self._fetch_after(reads, replies[1:])
        _require_success(replies[:1])
        return replies[0]

    def _fetch_after(self, reads: Sequence[Lookup[object]], replies: Sequence[Reply] | None) -> None:
        """Settle the reads of a script, with the replies that came with it or by a round trip of their own."""
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
            # A restart or fail-over has emptied the script cache. The reads are sent again too, to follow the script.
            replies = self.send(("EVAL", script, len(keys), *keys, *args), *commands)
        return replies

    def delete(self, *keys: str) -> None:
        """Delete keys. This is attempted even while the breaker is open: a stale copy costs more than a short wait.

        Raises RedisUnavailable where a key could not be deleted, also where Redis refused to do it.
        """
        _require_success(self._guarded(lambda: self._server.batch([("DEL", key) for key in keys], insist=True)))

    def key_on_each_server(self, prefix: str) -> list[str]:
        """Return keys that begin with `prefix`, one on each server; one of them is `prefix` itself.

        Raises RedisUnavailable.
        """
        self._require_closed_breaker()
        return self._guarded(lambda: self._server.key_on_each_server(prefix))

    def used_memory(self) -> int:
        """Return the bytes that all servers together use, as far as they respond. Raises RedisUnavailable."""
        self._require_closed_breaker()
        return self._guarded(self._server.used_memory)

    def ping(self) -> bool:
        """Whether Redis responds within PROBE_SECONDS."""
        return self._server.ping()

    def close(self) -> None:
        self._server.close()

    def _batch(self, commands: Sequence[Command]) -> list[Reply]:
        """Raises RedisUnavailable where no server responds, or all are known to be down."""
        if not commands:
            return []
        self._require_closed_breaker()
        return self._guarded(lambda: self._server.batch(commands))

    def _require_closed_breaker(self) -> None:
        if not self._breaker.allows(self.ping):
            raise RedisUnavailable("Redis is known to be down")

    def _guarded(self, operation: Callable[[], T]) -> T:
        try:
            result = operation()
        except (redis.ConnectionError, redis.TimeoutError) as error:
            if self._breaker.closed:
                log.warning("Redis is down: %s", error, extra={"action": "redis_down"})
            self._breaker.record_failure()
            raise RedisUnavailable(str(error)) from error
        except redis.RedisError as error:
            # Redis responds, but refuses: it is loading its data, read-only after a fail-over, or out of memory.
            log.warning("Redis refused: %s", error, extra={"action": "redis_refused"})
            raise RedisUnavailable(str(error)) from error
        self._breaker.record_success()
        return result


def _settle(reads: Sequence[Lookup[object]], replies: Sequence[Reply] | None) -> None:
    """Give each read the replies to its own commands, or None where it has to do without Redis."""
    start = 0
    for read in reads:
        end = start + len(read.commands)
        own = None if replies is None else replies[start:end]
        read.settle(None if own is None or any(isinstance(reply, _NOT_AVAILABLE) for reply in own) else own)
        start = end


@functools.cache
def _sha1(script: str) -> str:
    """Return the digest by which Redis knows a script (EVALSHA)."""
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


def _require_success(replies: Sequence[Reply]) -> None:
    """Raises RedisUnavailable where a reply is an error, such as that of a replica which was the primary just now."""
    for reply in replies:
        if isinstance(reply, redis.RedisError):
            log.warning("Redis refused: %s", reply, extra={"action": "redis_refused"})
            raise RedisUnavailable(str(reply))
