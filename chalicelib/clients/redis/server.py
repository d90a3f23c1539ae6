"""What carries commands to Redis: one server here, a cluster of them in redis_cluster.py."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from chalicelib.clients.breaker import PROBE_SECONDS, Breaker

Argument = str | bytes | int | float
Command = tuple[Argument, ...]
Reply = object
"""What a command returned: bytes, int, float, bool, a list of them, None, or a redis.RedisError as a value."""

CONNECT_SECONDS = 0.3
ANSWER_SECONDS = 0.5


class Server(Protocol):
    """Connects at the first use. Its methods raise redis.RedisError.

    `ordered` tells whether the commands of one batch are done in their order; those of one key always are.
    """

    ordered: ClassVar[bool]

    def batch(self, commands: Sequence[Command], *, insist: bool = False) -> list[Reply]:
        """Send commands in one round trip, without a transaction; an error of one is its reply.

        `insist` has it tried also where a server is known to be down, for a short time.
        """
        ...

    def spread(self, prefix: str) -> list[str]:
        """Keys that begin with `prefix`, one on each server: what is true of a server alone can be noted there."""
        ...

    def used_memory(self) -> int:
        """Bytes, of all servers that answer together."""
        ...

    def ping(self) -> bool:
        """Whether Redis answers within PROBE_SECONDS. Never raises."""
        ...

    def close(self) -> None: ...


class SingleServer:
    """One server, or a primary with replicas behind one address. Blocks for CONNECT_SECONDS and ANSWER_SECONDS."""

    ordered: ClassVar[bool] = True

    def __init__(self, url: str, breaker: Breaker) -> None:
        self._breaker = breaker
        self._redis = connect(url, CONNECT_SECONDS, ANSWER_SECONDS)
        self._prober = connect(url, PROBE_SECONDS, PROBE_SECONDS)

    def batch(self, commands: Sequence[Command], *, insist: bool = False) -> list[Reply]:
        server = self._prober if insist and not self._breaker.closed else self._redis
        with server.pipeline(transaction=False) as pipeline:
            for command in commands:
                pipeline.execute_command(*command)  # type: ignore[no-untyped-call] # not typed in redis-py
            return list(pipeline.execute(raise_on_error=False))

    def spread(self, prefix: str) -> list[str]:
        return [prefix]

    def used_memory(self) -> int:
        return memory_of(self._redis)

    def ping(self) -> bool:
        return answers(self._prober)

    def close(self) -> None:
        self._redis.close()
        self._prober.close()


def connect(url: str, connect_seconds: float, answer_seconds: float) -> redis.Redis:
    """A client of one server. It connects at the first command."""
    return redis.Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=connect_seconds,
        socket_timeout=answer_seconds,
        # The default retries cost 3 to 7 s with a dead server; the breaker and MongoDB are the answer here.
        retry=Retry(NoBackoff(), 0),
    )


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def memory_of(client: redis.Redis) -> int:
    return int(client.info("memory")["used_memory"])
