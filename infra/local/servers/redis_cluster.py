"""Redis Cluster: masters that share the slots, without replicas, so the data of a failed master are lost."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from infra.local.ports import free_port, is_free
from infra.local.process import Child
from infra.local.servers.certificates import Certificates
from infra.local.servers.redis import redis_address, redis_argv, redis_options

SLOTS = 16_384
_BUS = 10_000
"""The offset from a node's client port to its cluster bus port, which Redis 6.2 fixes."""


def redis_cluster(
    data: Path, ports: Sequence[int], tls: Certificates | None = None, *, announced: Sequence[int] = ()
) -> list[Child]:
    """Returns one master for each port. They become ready together, once they have met and all slots are assigned.

    With `tls` they accept only TLS, also among themselves. `announced` are the ports that the nodes announce to
    clients if a proxy stands in between. Raises LocalError if the program is not available.
    """
    client_ports = announced or ports
    return [
        _node(number, data / str(number), ports, client_ports[number - 1], tls) for number in range(1, len(ports) + 1)
    ]


def cluster_address(ports: Sequence[int], tls: Certificates | None = None) -> str:
    """Returns REDIS_URL with all nodes in it."""
    url = urlsplit(redis_address(ports[0], tls))
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    return url._replace(scheme=f"{url.scheme}+cluster", netloc=hosts).geturl()


def cluster_ports(count: int) -> list[int]:
    """Returns free loopback ports whose cluster bus ports are free too."""
    ports: list[int] = []
    while len(ports) < count:
        port = free_port()
        if is_free(port + _BUS):
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
        # A node that is down makes only its own keys unavailable, as on ElastiCache.
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
    """Returns whether every node sees the whole cluster; joins each node that is not part of it yet."""
    members = [_is_member(redis_address(port, tls), number, ports) for number, port in enumerate(ports, start=1)]
    return all(members)


def _is_member(address: str, number: int, ports: Sequence[int]) -> bool:
    """Returns whether a node sees the whole cluster; assigns its slots and introduces the others where that is missing.

    A node may have heard of the others' slots before it is asked for the first time, and an introduction of a node that
    is slow to answer is given up after the node timeout.
    """
    with Redis.from_url(address, socket_timeout=0.5, retry=Retry(NoBackoff(), 0), decode_responses=True) as client:
        try:
            nodes = cast("Mapping[str, Mapping[str, object]]", _command(client, "CLUSTER NODES")).values()
            if not any("myself" in str(node["flags"]) and node["slots"] for node in nodes):
                first, end = (SLOTS * count // len(ports) for count in (number - 1, number))
                _command(client, "CLUSTER ADDSLOTS", *range(first, end))
            if len(nodes) < len(ports):
                for port in ports:
                    _command(client, "CLUSTER MEET", "127.0.0.1", port)
            info = cast("Mapping[str, str]", _command(client, "CLUSTER INFO"))
            return info["cluster_state"] == "ok" and info["cluster_slots_assigned"] == str(SLOTS)
        except (RedisConnectionError, RedisTimeoutError):
            return False
        except ResponseError as error:
            # An assignment whose reply was not waited for any longer may be carried out while it is repeated.
            if "already busy" in str(error):
                return False
            raise


def _command(client: Redis, *words: str | int) -> object:
    reply: object = client.execute_command(*words)  # type: ignore[no-untyped-call] # not typed in redis-py
    return reply
