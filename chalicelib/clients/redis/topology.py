"""Which node of a Redis Cluster serves a key. This is read when it is first needed, and again after a change."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import cast

import redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.redis.exchange import Argument, Command
from chalicelib.clients.redis.node import Node
from chalicelib.settings.redis_addresses import Address, node_url, seeds

MAX_NODES_ASKED = 3
"""How many nodes are asked for the topology, one after another, before reading it fails."""

_MAX_KEYS_TRIED = 100_000
"""Enough to find a key even on a node that has only one of the 16,384 slots."""

_Slots = Sequence[tuple[int, int, Sequence[bytes | int]]]
"""The reply to CLUSTER SLOTS, a list of [first slot, last slot, [host, port, ...] of the primary, replicas ...]."""


class Topology:
    """The primaries of the cluster and their slots. Replicas only stand by.

    The breaker of each node has the settings of `breaker`.
    """

    def __init__(self, url: str, breaker: Breaker) -> None:
        self._url = url
        self._breaker = breaker
        self._seeds = seeds(url)
        self._nodes: dict[Address, Node] = {}
        self._owners: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        self.stale = True
        """Whether a slot has moved. The topology is then read again before its next use."""

    @property
    def nodes(self) -> Iterable[Node]:
        return self._nodes.values()

    def refresh(self) -> None:
        """Read the topology where it is stale, or a node has been down for a while and a replica may have replaced it.

        Raises redis.ConnectionError, as `read` does.
        """
        due = [node for node in self.nodes if node.breaker.probe_is_due]
        if self.stale or due:
            self.read()
        for node in due:
            node.breaker.allows(node.probe)

    def read(self) -> None:
        """Read the topology from one of the nodes. Raises redis.ConnectionError where none of them tells it."""
        last_error: redis.RedisError | None = None
        for address in islice(self._nodes_to_ask(), MAX_NODES_ASKED):
            node = self.node(address)
            # At the first time the connection is new too, so it may take as long as any other.
            channel = node.probing if self._nodes else node.channel
            try:
                slots = channel.call("CLUSTER", "SLOTS")
            except redis.RedisError as error:
                last_error = error
                continue
            self._apply(cast("_Slots", slots), address, node)
            return
        raise redis.ConnectionError(f"no node of the cluster tells its slots: {last_error}")

    def node(self, address: Address) -> Node:
        return self._nodes.get(address) or Node(node_url(self._url, address), self._breaker.for_node())

    def address(self, command: Command) -> Address | None:
        """Return the node of a command's key, or any node for one without a key. None where no node has the slot."""
        key = _key(command)
        if key is None:
            return next(iter(self._nodes), None)
        return self._owners[key_slot(key if isinstance(key, bytes) else str(key).encode())]

    def key_on_each_node(self, prefix: str) -> list[str]:
        """Return the first of `prefix`, `prefix:1`, `prefix:2` ... on each node: the same ones, until a slot moves."""
        keys: dict[Address | None, str] = {}
        for number in range(_MAX_KEYS_TRIED):
            key = f"{prefix}:{number}" if number else prefix
            keys.setdefault(self.address(("EXISTS", key)), key)
            if keys.keys() >= self._nodes.keys():
                break
        return [key for address, key in keys.items() if address is not None]

    def one_on_each_node(self, keys: Iterable[str]) -> list[str]:
        """Return the first of these keys on each node that has any of them."""
        first: dict[Address | None, str] = {}
        for key in keys:
            first.setdefault(self.address(("EXISTS", key)), key)
        return list(first.values())

    def nodes_by_key(self, prefix: str) -> dict[str, Node]:
        """Return the nodes by their keys of `key_on_each_node`."""
        return {
            key: self._nodes[address]
            for key in self.key_on_each_node(prefix)
            if (address := self.address(("EXISTS", key))) is not None
        }

    def _nodes_to_ask(self) -> Iterable[Address]:
        """Return the nodes that respond, then those that the URL names, then the others; each of them once."""
        responding = [address for address, node in self._nodes.items() if node.breaker.closed]
        return dict.fromkeys([*responding, *self._seeds, *self._nodes])

    def _apply(self, slots: _Slots, source_address: Address, source: Node) -> None:
        """Replace the topology by `slots`, the reply of the node `source`."""
        known = self._nodes | {source_address: source}
        nodes: dict[Address, Node] = {}
        owners: list[Address | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
        for first, last, primary in (entry[:3] for entry in slots):
            host, port = primary[:2]
            # A node can be configured not to tell its host. It then has the host at which it was asked.
            name = host.decode() if isinstance(host, bytes) and host not in {b"", b"?"} else source_address[0]
            address = (name, int(port))
            nodes[address] = known.get(address) or self.node(address)
            known[address] = nodes[address]
            owners[first : last + 1] = [address] * (last + 1 - first)
        self._nodes, self._owners, self.stale = nodes, owners, False


def _key(command: Command) -> Argument | None:
    """Return the first key of a command. For a script, it comes after the script and the number of keys."""
    index = 3 if command[0] in {"EVAL", "EVALSHA"} else 1
    return command[index] if len(command) > index else None
