"""The connection to Redis: its interface, and its implementation for one server. See cluster.py for a cluster."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from chalicelib.clients.breaker import PROBE_SECONDS, Breaker

Argument = str | bytes | int | float
Command = tuple[Argument, ...]
Reply = object
"""The reply to a command: bytes, int, float, bool, a list of these, None, or a redis.RedisError as a value."""

CONNECT_SECONDS = 0.3
REPLY_SECONDS = 0.5


class Server(Protocol):
    """One server or a cluster. It connects at its first use, and its methods raise redis.RedisError.

    `ordered` says whether the commands of a batch run in their order. Those of one key always do.
    """

    ordered: ClassVar[bool]

    def batch(self, commands: Sequence[Command], *, insist: bool = False) -> list[Reply]:
        """Send commands in one round trip, without a transaction. A command that fails has its error as its reply.

        With `insist`, they are sent even to a server that is known to be down, which then has only a short time.
        """
        ...

    def key_on_each_server(self, prefix: str) -> list[str]:
        """Return keys that begin with `prefix`, one on each server. Each can mark the state of its server."""
        ...

    def used_memory(self) -> int:
        """Return the bytes that all servers together use, as far as they respond."""
        ...

    def ping(self) -> bool:
        """Whether Redis responds within PROBE_SECONDS. Never raises."""
        ...

    def close(self) -> None: ...


class SingleServer:
    """One server, or a primary with replicas behind one address.

    A method blocks for at most CONNECT_SECONDS and REPLY_SECONDS.
    """

    ordered: ClassVar[bool] = True

    def __init__(self, url: str, breaker: Breaker) -> None:
        self._breaker = breaker
        self._redis = connect(url, CONNECT_SECONDS, REPLY_SECONDS)
        self._prober = connect(url, PROBE_SECONDS, PROBE_SECONDS)

    def batch(self, commands: Sequence[Command], *, insist: bool = False) -> list[Reply]:
        client = self._prober if insist and not self._breaker.closed else self._redis
        with client.pipeline(transaction=False) as pipeline:
            for command in commands:
                pipeline.execute_command(*command)  # type: ignore[no-untyped-call] # not typed in redis-py
            return list(pipeline.execute(raise_on_error=False))

    def key_on_each_server(self, prefix: str) -> list[str]:
        return [prefix]

    def used_memory(self) -> int:
        return used_memory_of(self._redis)

    def ping(self) -> bool:
        return responds(self._prober)

    def close(self) -> None:
        self._redis.close()
        self._prober.close()


def connect(url: str, connect_seconds: float, reply_seconds: float) -> redis.Redis:
    """Create a client of one server. It connects at its first command."""
    return redis.Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=connect_seconds,
        socket_timeout=reply_seconds,
        # The default retries cost 3 to 7 s with a dead server. The breaker and MongoDB take their place here.
        retry=Retry(NoBackoff(), 0),
    )


def responds(client: redis.Redis) -> bool:
    """Whether the server responds to a ping within the client's time-outs. Never raises."""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def used_memory_of(client: redis.Redis) -> int:
    """Return the bytes that the server uses. Raises redis.RedisError."""
    return int(client.info("memory")["used_memory"])
