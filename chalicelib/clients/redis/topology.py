"""Which node of a Redis Cluster has a key: read when it is first needed, and again where it has changed."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import cast

import redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.redis.node import Node
from chalicelib.clients.redis.server import Argument, Command
from chalicelib.settings.redis_addresses import Address, node_url, seeds

MOST_ASKED = 3
"""How many nodes are asked for the topology, one after the other, before there is none."""

_MOST_TRIED = 100_000
"""A node with a single slot of the 16,384 is found by then."""

_Slots = Sequence[tuple[int, int, Sequence[bytes | int]]]
"""The answer to CLUSTER SLOTS: [first slot, last slot, [host, port, ...] of its primary, replicas ...] each."""


class Topology:
    """The primaries; replicas only stand by. The breakers of the nodes are made after `breaker`."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        self._url = url
        self._breaker = breaker
        self._seeds = seeds(url)
        self._nodes: dict[Address, Node] = {}
        self._owners: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self.stale = True
        """Whether a slot has moved: it is then read before the next use."""

    @property
    def nodes(self) -> Iterable[Node]:
        return self._nodes.values()

    def keep(self) -> None:
        """Read it where it is stale, or a node has been down for a while: a replica may have taken its place.

        Raises redis.ConnectionError as `read` does.
        """
        due = [node for node in self.nodes if node.breaker.probe_is_due]
        if self.stale or due:
            self.read()
        for node in due:
            node.breaker.allows(node.probe)

    def read(self) -> None:
        """Raises redis.ConnectionError where none of the nodes tells it."""
        error: redis.RedisError | None = None
        for address in islice(self._tellers(), MOST_ASKED):
            node = self.node(address)
            # The first time is the first connection too, which takes as long as another.
            server = node.prober if self._nodes else node.redis
            try:
                slots = server.execute_command("CLUSTER SLOTS")  # type: ignore[no-untyped-call] # not typed in redis-py
            except redis.RedisError as failure:
                error = failure
                continue
            self._take(cast("_Slots", slots), address, node)
            return
        raise redis.ConnectionError(f"no node of the cluster tells its slots: {error}")

    def node(self, address: Address) -> Node:
        return self._nodes.get(address) or Node(node_url(self._url, address), self._breaker.another())

    def address(self, command: Command) -> Address | None:
        """Where a command is to go: to its key's node, without a key to any. None where no node has the slot."""
        key = _key(command)
        if key is None:
            return next(iter(self._nodes), None)
        return self._owners[key_slot(key if isinstance(key, bytes) else str(key).encode())]

    def spread(self, prefix: str) -> list[str]:
        """The first of `prefix`, `prefix:1`, `prefix:2` ... on each node. The same ones, until a slot moves."""
        found: dict[Address | None, str] = {}
        for number in range(_MOST_TRIED):
            key = f"{prefix}:{number}" if number else prefix
            found.setdefault(self.address(("EXISTS", key)), key)
            if found.keys() >= self._nodes.keys():
                break
        return [key for address, key in found.items() if address is not None]

    def _tellers(self) -> Iterable[Address]:
        """Nodes that answer, then those that the URL names, then the rest; each once."""
        answering = [address for address, node in self._nodes.items() if node.breaker.closed]
        return dict.fromkeys([*answering, *self._seeds, *self._nodes])

    def _take(self, slots: _Slots, teller: Address, told_by: Node) -> None:
        known = self._nodes | {teller: told_by}
        nodes: dict[Address, Node] = {}
        owners: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        for first, last, primary in (entry[:3] for entry in slots):
            host, port = primary[:2]
            # A node that is not to tell its name leaves it out: it is where it was asked.
            name = host.decode() if isinstance(host, bytes) and host not in {b"", b"?"} else teller[0]
            address = (name, int(port))
            nodes[address] = known.get(address) or self.node(address)
            known[address] = nodes[address]
            owners[first : last + 1] = [address] * (last + 1 - first)
        self._nodes, self._owners, self.stale = nodes, owners, False


def _key(command: Command) -> Argument | None:
    """The first key: of a script it comes after the script and the number of keys."""
    place = 3 if command[0] in {"EVAL", "EVALSHA"} else 1
    return command[place] if len(command) > place else None
