"""The connection to Redis: its interface, and its implementation for one server. See cluster.py for a cluster."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple, Protocol, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from chalicelib.clients.breaker import PROBE_SECONDS, Breaker
from chalicelib.clients.redis.exchange import Channel, Command, Reply

CONNECT_SECONDS = 0.3
REPLY_SECONDS = 0.5


class Memory(NamedTuple):
    """What tells whether a server may have lost keys since another look at it: another run, or more evictions."""

    run_id: str
    evicted_keys: int


def write_probe(key: str) -> Command:
    """Return a command that Redis refuses where it refuses writes that need memory, and that never changes anything.

    `key` is a sorted set, or does not exist.
    """
    return ("ZADD", key, "XX", 0, "")


WRITABLE = "presence:writable"
"""The key of a probe for a whole server. It never exists."""


class Server(Protocol):
    """One server or a cluster. It connects at its first use, and its methods raise redis.RedisError.

    `ordered` says whether the commands of a batch run in their order. Those of one key always do.
    """

    ordered: ClassVar[bool]

    def breakers(self) -> Iterable[Breaker]:
        """Return the breakers of its nodes, once those whose probe is due were probed. A single server has no nodes."""
        ...

    def batch(self, commands: Sequence[Command], *, insist: bool = False) -> list[Reply]:
        """Send commands in one round trip, without a transaction. A command that fails has its error as its reply.

        With `insist`, they are sent even to a server that is known to be down, which then has only a short time.
        """
        ...

    def key_on_each_server(self, prefix: str) -> list[str]:
        """Return keys that begin with `prefix`, one on each server. Each can mark the state of its server."""
        ...

    def one_on_each_server(self, keys: Sequence[str]) -> list[str]:
        """Return the first of these keys on each server that has any of them."""
        ...

    def memories(self, prefix: str) -> dict[str, Memory]:
        """Return the state of each server, by its key of `key_on_each_server`."""
        ...

    def used_memory(self) -> int:
        """Return the bytes that all servers together use, as far as they respond."""
        ...

    def refuses_writes(self) -> bool:
        """Whether a server responds within PROBE_SECONDS and refuses writes. Never raises."""
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
        self._channel = connect(url, CONNECT_SECONDS, REPLY_SECONDS)
        self._probing = connect(url, PROBE_SECONDS, PROBE_SECONDS)

    def breakers(self) -> Iterable[Breaker]:
        return ()

    def batch(self, commands: Sequence[Command], *, insist: bool = False) -> list[Reply]:
        channel = self._probing if insist and not self._breaker.closed else self._channel
        return channel.begin(commands).replies()

    def key_on_each_server(self, prefix: str) -> list[str]:
        return [prefix]

    def one_on_each_server(self, keys: Sequence[str]) -> list[str]:
        return list(keys[:1])

    def memories(self, prefix: str) -> dict[str, Memory]:
        return {prefix: memory_of(self._channel)}

    def used_memory(self) -> int:
        return used_memory_of(self._channel)

    def refuses_writes(self) -> bool:
        return refuses(self._probing, WRITABLE)

    def ping(self) -> bool:
        return responds(self._probing)

    def close(self) -> None:
        self._channel.close()
        self._probing.close()


def connect(url: str, connect_seconds: float, reply_seconds: float) -> Channel:
    """Create the channel to one server. It connects at its first command."""
    client = redis.Redis.from_url(
        url,
        protocol=2,
        socket_connect_timeout=connect_seconds,
        socket_timeout=reply_seconds,
        # The default retries cost 3 to 7 s with a dead server. The breaker and MongoDB take their place here.
        retry=Retry(NoBackoff(), 0),
        # Otherwise each connection begins with two round trips that tell the library's name, by a command of Redis 7.2.
        driver_info=None,
    )
    return Channel(client)


def responds(channel: Channel) -> bool:
    """Whether the server responds to a ping within the channel's time-outs. Never raises."""
    try:
        return bool(channel.call("PING"))
    except redis.RedisError:
        return False


def refuses(channel: Channel, key: str) -> bool:
    """Whether the server responds and refuses writes. Never raises. `key` is as that of `write_probe`."""
    try:
        channel.call(*write_probe(key))
    except (redis.ConnectionError, redis.TimeoutError):
        return False
    except redis.RedisError:
        return True
    return False


def memory_of(channel: Channel) -> Memory:
    """Return the run of the server and how many keys it has evicted. Raises redis.RedisError."""
    info = _info(channel)
    return Memory(str(info["run_id"]), int(info["evicted_keys"]))


def used_memory_of(channel: Channel) -> int:
    """Return the bytes that the server uses. Raises redis.RedisError."""
    return int(_info(channel, "memory")["used_memory"])


def _info(channel: Channel, *section: str) -> Mapping[str, str | int]:
    return cast("Mapping[str, str | int]", channel.call("INFO", *section))
