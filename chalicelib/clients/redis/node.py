"""One primary of a Redis Cluster. Sending to it and receiving from it are two steps, so that all nodes work at once."""

import logging
from collections.abc import Sequence

import redis

from chalicelib.clients.breaker import PROBE_SECONDS, Breaker
from chalicelib.clients.redis.exchange import Command, Exchange, Reply
from chalicelib.clients.redis.server import CONNECT_SECONDS, REPLY_SECONDS, connect, responds, used_memory_of

log = logging.getLogger(__name__)


class Node:
    """A primary with a breaker of its own, so that only its own keys are affected while it is down."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        self.breaker = breaker
        self.channel = connect(url, CONNECT_SECONDS, REPLY_SECONDS)
        self.probing = connect(url, PROBE_SECONDS, PROBE_SECONDS)

    def begin(self, commands: Sequence[Command], *, insist: bool) -> Exchange:
        """Send commands. Raises redis.RedisError, at once where the node is known to be down and `insist` is False."""
        if not (self.breaker.closed or insist):
            raise redis.ConnectionError("the node is known to be down")
        try:
            return (self.channel if self.breaker.closed else self.probing).begin(commands)
        except redis.RedisError as error:
            self.record_failure(error)
            raise

    def finish(self, exchange: Exchange, deadline: float) -> list[Reply]:
        """Return the replies, as `Exchange.replies` does."""
        try:
            replies = exchange.replies(deadline)
        except redis.RedisError as error:
            self.record_failure(error)
            raise
        self.breaker.record_success()
        return replies

    def used_memory(self) -> int:
        """Return the bytes that the node uses, or 0 where it does not respond. Never raises."""
        if not self.breaker.closed:
            return 0
        try:
            return used_memory_of(self.channel)
        except redis.RedisError as error:
            self.record_failure(error)
            return 0

    def probe(self) -> bool:
        """Whether the node responds within PROBE_SECONDS. Never raises."""
        return responds(self.probing)

    def record_failure(self, error: Exception) -> None:
        """Open the node's breaker."""
        if self.breaker.closed:
            log.warning("A node of Redis is down: %s", error, extra={"action": "redis_node_down"})
        self.breaker.record_failure()

    def close(self) -> None:
        self.channel.close()
        self.probing.close()
