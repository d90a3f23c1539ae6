"""One primary of a Redis Cluster: what is sent to it, and what comes back, apart, so that all nodes work at once."""

import logging
import time
from collections.abc import Sequence
from typing import Protocol, cast

import redis

from chalicelib.clients.breaker import PROBE_SECONDS, Breaker
from chalicelib.clients.redis.server import ANSWER_SECONDS, CONNECT_SECONDS, Command, Reply, answers, connect, memory_of

log = logging.getLogger(__name__)


class _Connection(Protocol):
    """What is used of redis-py's connections, which are not typed."""

    def pack_commands(self, commands: Sequence[Command]) -> Sequence[bytes]: ...
    def send_packed_command(self, command: Sequence[bytes]) -> None: ...
    def can_read(self, timeout: float) -> bool: ...
    def disconnect(self) -> None: ...


class _Pool(Protocol):
    def get_connection(self) -> _Connection: ...
    def release(self, connection: _Connection) -> None: ...


class _Replies(Protocol):
    """Of redis.Redis: the next reply, as the command's own type."""

    def parse_response(self, connection: _Connection, command_name: str) -> Reply: ...


class Node:
    """With a breaker of its own: one that is down costs its own keys alone."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        self.breaker = breaker
        self.redis = connect(url, CONNECT_SECONDS, ANSWER_SECONDS)
        self.prober = connect(url, PROBE_SECONDS, PROBE_SECONDS)

    def begin(self, commands: Sequence[Command], *, insist: bool) -> "Exchange":
        """Send commands. Raises redis.RedisError, at once where the node is known to be down, unless told to insist."""
        if not (self.breaker.closed or insist):
            raise redis.ConnectionError("the node is known to be down")
        return Exchange(self, self.redis if self.breaker.closed else self.prober, commands)

    def used_memory(self) -> int:
        """Bytes; 0 where the node does not answer. Never raises."""
        if not self.breaker.closed:
            return 0
        try:
            return memory_of(self.redis)
        except redis.RedisError as error:
            self.failed(error)
            return 0

    def probe(self) -> bool:
        return answers(self.prober)

    def failed(self, error: Exception) -> None:
        if self.breaker.closed:
            log.warning("A node of Redis is down: %s", error, extra={"action": "redis_node_down"})
        self.breaker.failed()

    def close(self) -> None:
        self.redis.close()
        self.prober.close()


class Exchange:
    """Commands that were sent to a node, and whose replies are still to be taken."""

    def __init__(self, node: Node, server: redis.Redis, commands: Sequence[Command]) -> None:
        """Raises redis.RedisError."""
        self._node = node
        self._commands = commands
        self._server = cast("_Replies", server)
        self._pool = cast("_Pool", server.connection_pool)
        try:
            self._connection = self._pool.get_connection()
        except redis.RedisError as error:
            node.failed(error)
            raise
        try:
            self._connection.send_packed_command(self._connection.pack_commands(commands))
        except redis.RedisError as error:
            self._give_up(error)
            raise

    def replies(self, deadline: float) -> list[Reply]:
        """To all commands, in their order; an error of one is its reply. `deadline` is on the monotonic clock.

        Raises redis.RedisError where the node does not answer all of them in time.
        """
        try:
            replies = [self._reply(str(command[0]), deadline) for command in self._commands]
        except redis.RedisError as error:
            self._give_up(error)
            raise
        self._pool.release(self._connection)
        self._node.breaker.succeeded()
        return replies

    def _reply(self, command: str, deadline: float) -> Reply:
        if not self._connection.can_read(max(0.0, deadline - time.monotonic())):
            raise redis.TimeoutError("the node does not answer in time")
        try:
            return self._server.parse_response(self._connection, command)
        except redis.ResponseError as error:
            return error

    def _give_up(self, error: Exception) -> None:
        self._node.failed(error)
        self._connection.disconnect()  # an answer may still come
        self._pool.release(self._connection)
