"""Redis Cluster: masters that share the slots, without replicas. What one of them holds is lost with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from infra.local.ports import free_port, is_free
from infra.local.process import Child
from infra.local.servers.certificates import Certificates
from infra.local.servers.redis import redis_address, redis_argv, redis_options

SLOTS = 16_384
_BUS = 10_000
"""The port of a node's bus is that of its clients and so much: Redis 6.2 knows no other."""


def redis_cluster(
    data: Path, ports: Sequence[int], tls: Certificates | None = None, *, announced: Sequence[int] = ()
) -> list[Child]:
    """One master on each port. They become ready together, once they have met and all slots have their node.

    With `tls` they speak nothing else, also among themselves. `announced` are the ports that clients are told, where
    something stands in between. Raises LocalError where the program cannot be had.
    """
    told = announced or ports
    return [_node(number, data / str(number), ports, told[number - 1], tls) for number in range(1, len(ports) + 1)]


def cluster_address(ports: Sequence[int], tls: Certificates | None = None) -> str:
    """REDIS_URL, with all nodes in it."""
    url = urlsplit(redis_address(ports[0], tls))
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    return url._replace(scheme=f"{url.scheme}+cluster", netloc=hosts).geturl()


def cluster_ports(count: int) -> list[int]:
    """Free loopback ports whose buses' ports are free too."""
    ports: list[int] = []
    while len(ports) < count:
        port = free_port()
        if port + _BUS < 65_536 and is_free(port + _BUS) and port not in ports:
            ports.append(port)
    return ports


def _node(number: int, data: Path, ports: Sequence[int], announced: int, tls: Certificates | None) -> Child:
    data.mkdir(parents=True, exist_ok=True)
    port = ports[number - 1]
    options = redis_options(data, port, tls) | {
        "cluster-enabled": "yes",
        "cluster-node-timeout": "1000",
        "cluster-announce-port": str(announced),
        "cluster-announce-bus-port": str(port + _BUS),
        # One that is down takes its own keys alone with it, as on ElastiCache.
        "cluster-require-full-coverage": "no",
    }
    if tls is not None:
        options |= {"tls-cluster": "yes", "cluster-announce-tls-port": str(announced)}
    return Child(
        name=f"redis-{number}",
        argv=redis_argv(options, tls),
        address=redis_address(port, tls),
        ready=lambda _output: _is_formed(ports, tls),
    )


def _is_formed(ports: Sequence[int], tls: Certificates | None) -> bool:
    """Whether every node sees the whole cluster; each is made a part of it where it is not yet."""
    members = [_is_member(redis_address(port, tls), number, ports) for number, port in enumerate(ports, start=1)]
    return all(members)


def _is_member(address: str, number: int, ports: Sequence[int]) -> bool:
    """Whether a node sees the whole cluster; it is given its slots, and told of the others, where it has none yet."""
    with Redis.from_url(address, socket_timeout=0.5, retry=Retry(NoBackoff(), 0), decode_responses=True) as client:
        try:
            info = cast("Mapping[str, str]", _command(client, "CLUSTER INFO"))
            if info["cluster_slots_assigned"] == "0":
                _join(client, number, ports)
            return info["cluster_state"] == "ok" and info["cluster_slots_assigned"] == str(SLOTS)
        except (RedisConnectionError, RedisTimeoutError):
            return False


def _join(client: Redis, number: int, ports: Sequence[int]) -> None:
    first, end = (SLOTS * count // len(ports) for count in (number - 1, number))
    _command(client, "CLUSTER ADDSLOTS", *range(first, end))
    for port in ports:
        _command(client, "CLUSTER MEET", "127.0.0.1", port)


def _command(client: Redis, *words: str | int) -> object:
    reply: object = client.execute_command(*words)  # type: ignore[no-untyped-call] # not typed in redis-py
    return reply
