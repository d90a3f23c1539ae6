"""One primary of a Redis Cluster. Sending to it and receiving from it are two steps, so that all nodes work at once."""

import logging
import time
from collections.abc import Sequence
from typing import Protocol, cast

import redis

from chalicelib.clients.breaker import PROBE_SECONDS, Breaker
from chalicelib.clients.redis.server import (
    CONNECT_SECONDS,
    REPLY_SECONDS,
    Command,
    Reply,
    connect,
    responds,
    used_memory_of,
)

log = logging.getLogger(__name__)


class _Connection(Protocol):
    """The part of redis-py's connections, which are not typed, that is used here."""

    def pack_commands(self, commands: Sequence[Command]) -> Sequence[bytes]: ...
    def send_packed_command(self, command: Sequence[bytes]) -> None: ...
    def can_read(self, timeout: float) -> bool: ...
    def disconnect(self) -> None: ...


class _Pool(Protocol):
    def get_connection(self) -> _Connection: ...
    def release(self, connection: _Connection) -> None: ...


class _ReplyParser(Protocol):
    """The part of redis.Redis that reads the next reply and converts it to the type that its command returns."""

    def parse_response(self, connection: _Connection, command_name: str) -> Reply: ...


class Node:
    """A primary with a breaker of its own, so that only its own keys are affected while it is down."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        self.breaker = breaker
        self.redis = connect(url, CONNECT_SECONDS, REPLY_SECONDS)
        self.prober = connect(url, PROBE_SECONDS, PROBE_SECONDS)

    def begin(self, commands: Sequence[Command], *, insist: bool) -> "Exchange":
        """Send commands. Raises redis.RedisError, at once where the node is known to be down and `insist` is False."""
        if not (self.breaker.closed or insist):
            raise redis.ConnectionError("the node is known to be down")
        return Exchange(self, self.redis if self.breaker.closed else self.prober, commands)

    def used_memory(self) -> int:
        """Return the bytes that the node uses, or 0 where it does not respond. Never raises."""
        if not self.breaker.closed:
            return 0
        try:
            return used_memory_of(self.redis)
        except redis.RedisError as error:
            self.record_failure(error)
            return 0

    def probe(self) -> bool:
        """Whether the node responds within PROBE_SECONDS. Never raises."""
        return responds(self.prober)

    def record_failure(self, error: Exception) -> None:
        """Open the node's breaker."""
        if self.breaker.closed:
            log.warning("A node of Redis is down: %s", error, extra={"action": "redis_node_down"})
        self.breaker.record_failure()

    def close(self) -> None:
        self.redis.close()
        self.prober.close()


class Exchange:
    """Commands that were sent to a node, and whose replies have not been read yet."""

    def __init__(self, node: Node, client: redis.Redis, commands: Sequence[Command]) -> None:
        """Send the commands. Raises redis.RedisError."""
        self._node = node
        self._commands = commands
        self._parser = cast("_ReplyParser", client)
        self._pool = cast("_Pool", client.connection_pool)
        try:
            self._connection = self._pool.get_connection()
        except redis.RedisError as error:
            node.record_failure(error)
            raise
        try:
            self._connection.send_packed_command(self._connection.pack_commands(commands))
        except redis.RedisError as error:
            self._give_up(error)
            raise

    def replies(self, deadline: float) -> list[Reply]:
        """Return the replies to all commands, in order. A command that fails has its error as its reply.

        `deadline` is on the monotonic clock. Raises redis.RedisError where a reply is not there by then.
        """
        try:
            replies = [self._reply(str(command[0]), deadline) for command in self._commands]
        except redis.RedisError as error:
            self._give_up(error)
            raise
        self._pool.release(self._connection)
        self._node.breaker.record_success()
        return replies

    def _reply(self, command: str, deadline: float) -> Reply:
        if not self._connection.can_read(max(0.0, deadline - time.monotonic())):
            raise redis.TimeoutError("the node does not answer in time")
        try:
            return self._parser.parse_response(self._connection, command)
        except redis.ResponseError as error:
            return error

    def _give_up(self, error: Exception) -> None:
        self._node.record_failure(error)
        self._connection.disconnect()  # a late reply must not be taken for that to a later command
        self._pool.release(self._connection)
