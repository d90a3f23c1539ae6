"""Redis: shared round trips, scripts, and a breaker so that a dead server does not cost each request its time-out."""

import functools
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from typing import TypeVar

import redis
from redis.exceptions import AskError, ClusterDownError, NoPermissionError, NoScriptError, TryAgainError

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.budget import spending
from chalicelib.clients.redis.cluster import Cluster
from chalicelib.clients.redis.exchange import Argument, Command, Reply
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clients.redis.server import Memory, Server, SingleServer, write_probe
from chalicelib.errors import RedisUnavailable
from chalicelib.settings.redis_addresses import is_cluster

log = logging.getLogger(__name__)

T = TypeVar("T")

_NOT_AVAILABLE = (redis.ConnectionError, redis.TimeoutError, ClusterDownError, AskError, TryAgainError)
"""The replies where no node of a cluster serves a key at the moment: its node is down, or its slot is migrating."""


BETWEEN_DRAINS_SECONDS = 0.5
"""How long a process does without Redis after it could not do all the deletions that Redis has missed."""


class Deletion(Enum):
    """What became of the deletion of a key: done, refused by its server, or not heard of as that is down."""

    DONE = auto()
    REFUSED = auto()
    UNREACHABLE = auto()


class RedisClient:
    """A client of one server or of a cluster. It connects at its first use.

    SingleServer and Cluster say how long a method may block.
    """

    def __init__(self, url: str, breaker: Breaker, drain: Callable[[], bool] = lambda: True) -> None:
        """`drain` does the deletions that Redis has missed, and returns whether all are done. It never raises.

        It is called before a server is believed again that was down, or that refused a deletion. Until it has returned
        True, all is done as without Redis.
        """
        self._breaker = breaker
        self._drain = drain
        self._drains_again_at = 0.0
        self._server: Server = Cluster(url, breaker) if is_cluster(url) else SingleServer(url, breaker)
        self._refuses = False
        self._is_denied = False

    def fetch(self, *reads: Lookup[object]) -> None:
        """Send the commands of all `reads` in one round trip and settle each of them. Never raises.

        On a cluster, only those lookups whose node is down have to find their values without Redis. So have those of
        what is no copy where one of the servers that they ask refuses writes: `write_probe` finds that out.
        """
        commands = [command for read in reads for command in read.commands]
        try:
            replies = self._batch([*commands, *self._probes(reads)])
        except RedisUnavailable:
            _settle(reads, None)
        else:
            takes_writes = self._all_accepted(replies[len(commands) :])
            _settle(reads, replies[: len(commands)], takes_writes=takes_writes)

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
            replies = self._run(script, keys, args, [*commands, *self._probes(reads_in_same_trip)])
        except RedisUnavailable:
            self._fetch_after(reads, None)
            raise
        reads_end = 1 + len(commands)
        # A script that was refused is a refused write too.
        takes_writes = self._all_accepted([replies[0], *replies[reads_end:]])
        self._fetch_after(reads, replies[1:reads_end], takes_writes=takes_writes)
        _require_success(replies[:1])
        return replies[0]

    def _fetch_after(
        self, reads: Sequence[Lookup[object]], replies: Sequence[Reply] | None, *, takes_writes: bool = True
    ) -> None:
        """Settle the reads of a script, with the replies that came with it or by a round trip of their own."""
        if self._server.ordered:
            _settle(reads, replies, takes_writes=takes_writes)
        else:
            self.fetch(*reads)

    def _probes(self, reads: Sequence[Lookup[object]]) -> list[Command]:
        """Return one probe for each server that holds something that is no copy. Raises RedisUnavailable."""
        keys = [key for read in reads for key in read.no_copies]
        if not keys:
            return []
        self._require_closed_breaker()
        return [write_probe(key) for key in self._guarded(lambda: self._server.one_on_each_server(keys))]

    def _all_accepted(self, replies: Sequence[Reply]) -> bool:
        """Whether these writes were accepted. The first refusal, and the first success after it, are logged."""
        refusal = next((reply for reply in replies if isinstance(reply, redis.RedisError)), None)
        if refusal is not None and not self._refuses:
            log.warning("Redis refuses writes: %s", refusal, extra={"action": "redis_refused"})
        if refusal is None and replies and self._refuses:
            log.info("Redis takes writes again.", extra={"action": "redis_takes_writes"})
        if replies:
            self._refuses = refusal is not None
        return refusal is None

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
        outcomes = self.try_to_delete(keys)
        missed = [key for key, outcome in outcomes.items() if outcome is not Deletion.DONE]
        if missed:
            raise RedisUnavailable(f"Redis did not delete {missed}")

    def try_to_delete(self, keys: Iterable[str]) -> dict[str, "Deletion"]:
        """Delete keys as `delete` does, and return what became of each. Raises RedisUnavailable where Redis is down."""
        wanted = sorted(set(keys))
        replies = self._guarded(lambda: self._server.batch([("DEL", key) for key in wanted], insist=True))
        outcomes = {key: _deletion(reply) for key, reply in zip(wanted, replies, strict=True)}
        if Deletion.REFUSED in outcomes.values():
            self._breaker.record_doubt()
        return outcomes

    def key_on_each_server(self, prefix: str) -> list[str]:
        """Return keys that begin with `prefix`, one on each server; one of them is `prefix` itself.

        Raises RedisUnavailable.
        """
        self._require_closed_breaker()
        return self._guarded(lambda: self._server.key_on_each_server(prefix))

    def memories(self, prefix: str) -> dict[str, Memory]:
        """Return the state of each server, by its key of `key_on_each_server`. Raises RedisUnavailable."""
        self._require_closed_breaker()
        return self._guarded(lambda: self._server.memories(prefix))

    def used_memory(self) -> int:
        """Return the bytes that all servers together use, as far as they respond. Raises RedisUnavailable."""
        self._require_closed_breaker()
        return self._guarded(self._server.used_memory)

    def refuses_writes(self) -> bool:
        """Whether a server responds within PROBE_SECONDS and refuses writes: it is full, or a replica."""
        return self._server.refuses_writes()

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
        self._require_belief()
        replies = self._guarded(lambda: self._server.batch(commands))
        denied = next((reply for reply in replies if isinstance(reply, NoPermissionError)), None)
        if denied is not None and not self._is_denied:
            # Lookups go on without Redis, so that nobody would else hear of it.
            log.error("Redis does not permit a command: %s", denied, extra={"action": "redis_denied"})
        self._is_denied = denied is not None
        return replies

    def _require_belief(self) -> None:
        """Raises RedisUnavailable where copies may still be stale, as Redis has missed their deletions."""
        doubtful = [one for one in (self._breaker, *self._guarded(self._server.breakers)) if one.is_in_doubt]
        if not doubtful:
            return
        # A request has several round trips. Where there is more to do than one of them may take, it does not go on in
        # the others.
        is_waiting = time.monotonic() < self._drains_again_at
        if is_waiting or not self._drain():
            if not is_waiting:
                self._drains_again_at = time.monotonic() + BETWEEN_DRAINS_SECONDS
            raise RedisUnavailable("Redis is back, but deletions that it missed are still to be done")
        for breaker in doubtful:
            breaker.end_doubt()

    def _require_closed_breaker(self) -> None:
        if not self._breaker.allows(self._probe):
            raise RedisUnavailable("Redis is known to be down")

    def _probe(self) -> bool:
        with spending():
            return self.ping()

    def _guarded(self, operation: Callable[[], T]) -> T:
        try:
            with spending():
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


def _deletion(reply: Reply) -> Deletion:
    if isinstance(reply, _NOT_AVAILABLE):
        return Deletion.UNREACHABLE
    if isinstance(reply, redis.RedisError):
        log.warning("Redis refused: %s", reply, extra={"action": "redis_refused"})
        return Deletion.REFUSED
    return Deletion.DONE


def _settle(reads: Sequence[Lookup[object]], replies: Sequence[Reply] | None, *, takes_writes: bool = True) -> None:
    """Give each read the replies to its own commands, or None where it has to do without Redis."""
    start = 0
    for read in reads:
        end = start + len(read.commands)
        own = None if replies is None else replies[start:end]
        read.settle(None if own is None or not _is_believed(read, own, takes_writes=takes_writes) else own)
        start = end


def _is_believed(read: Lookup[object], replies: Sequence[Reply], *, takes_writes: bool) -> bool:
    if read.no_copies:
        # Any error, not only that of a server which is down, would else be taken for "there is nothing".
        return takes_writes and not any(isinstance(reply, redis.RedisError) for reply in replies)
    return not any(isinstance(reply, _NOT_AVAILABLE) for reply in replies)


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
