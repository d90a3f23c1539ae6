"""A Redis Cluster of three masters for a test, which may freeze and reshape it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from redis import Redis
from redis.crc import key_slot

from infra.local.servers.certificates import Certificates
from infra.local.servers.redis_cluster import cluster_address, cluster_ports, redis_cluster
from tests.support.controlled import Controlled, controlled
from tests.support.proxies.counting import CountingProxy
from tests.support.waiting import eventually


@dataclass(frozen=True)
class RunningCluster:
    """The `clients` connect to the `masters` directly, past the `proxies`."""

    url: str
    masters: Sequence[Controlled]
    clients: Sequence[Redis]
    proxies: Sequence[CountingProxy] = ()

    def owner(self, key: str) -> int:
        """The index of the master that owns the key's slot, by the masters' own account."""
        return next(place for place, client in enumerate(self.clients) if _owns(client, slot(key)))

    def begin_to_move(self, key: str, source: int, target: int) -> None:
        """Begins to move the slot of `key`. Its keys stay until `migrate`; for others, the source answers ASK."""
        ids = [str(command(client, "CLUSTER MYID")) for client in self.clients]
        command(self.clients[target], "CLUSTER SETSLOT", slot(key), "IMPORTING", ids[source])
        command(self.clients[source], "CLUSTER SETSLOT", slot(key), "MIGRATING", ids[target])

    def migrate(self, key: str, source: int, target: int) -> None:
        """Moves one key of a slot that is moving."""
        port = self.clients[target].connection_pool.connection_kwargs["port"]
        command(self.clients[source], "MIGRATE", "127.0.0.1", port, key, 0, 1000)

    def finish_move(self, key: str, target: int) -> None:
        """Makes the target the owner of the key's slot."""
        ids = [str(command(client, "CLUSTER MYID")) for client in self.clients]
        for place in (target, *range(len(self.clients))):
            command(self.clients[place], "CLUSTER SETSLOT", slot(key), "NODE", ids[target])
        eventually(lambda: self.owner(key) == target, what="the slot's move")


@contextmanager
def running_redis_cluster(
    directory: Path, tls: Certificates | None = None, *, counted: bool = False
) -> Iterator[RunningCluster]:
    """With `counted`, a counting proxy is in front of each master, and the masters announce the proxies' addresses."""
    ports = cluster_ports(3)
    with ExitStack() as stack:
        proxies = [stack.enter_context(CountingProxy("127.0.0.1", port)) for port in ports] if counted else []
        announced = [proxy.port for proxy in proxies]
        masters = stack.enter_context(controlled(redis_cluster(directory, ports, tls, announced=announced), directory))
        clients = [
            stack.enter_context(closing(Redis.from_url(master.child.address, decode_responses=True)))
            for master in masters
        ]
        yield RunningCluster(cluster_address(announced or ports, tls), masters, clients, proxies)


def slot(key: str) -> int:
    return key_slot(key.encode())


def is_whole(client: Redis) -> bool:
    """Whether a master sees a cluster that is whole again. It may have been frozen itself."""
    info = cast("dict[str, str]", command(client, "CLUSTER INFO"))
    return info["cluster_state"] == "ok" and info["cluster_slots_ok"] == info["cluster_slots_assigned"]


def command(client: Redis, *words: str | int) -> object:
    reply: object = client.execute_command(*words)  # type: ignore[no-untyped-call] # not typed in redis-py
    return reply


def _owns(client: Redis, wanted: int) -> bool:
    """Reads the node's own line of CLUSTER NODES, in which [slot->-node] is a slot that is moving away."""
    nodes = cast("dict[str, dict[str, object]]", command(client, "CLUSTER NODES"))
    (mine,) = (node for node in nodes.values() if "myself" in str(node["flags"]))
    ranges = [[int(number) for number in pair] for pair in cast("list[list[str]]", mine["slots"])]
    return any(pair[0] <= wanted <= pair[-1] for pair in ranges)
