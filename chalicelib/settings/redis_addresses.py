"""REDIS_URL, and the servers that it names.

`redis+cluster://` and `rediss+cluster://` stand for a Redis Cluster. Any of its nodes is enough to find the others;
several may be given, separated by commas, as in MongoDB's URIs. The scheme says that it is a cluster, rather than a
variable of its own, as such a variable could contradict the secret that contains the address.
"""

from urllib.parse import urlsplit

PLAIN = ("redis", "rediss")
CLUSTER = tuple(f"{scheme}+cluster" for scheme in PLAIN)
DEFAULT_PORT = 6379

Address = tuple[str, int]
"""Host and port of a node, as the cluster reports them."""


def is_cluster(url: str) -> bool:
    return urlsplit(url).scheme in CLUSTER


def seeds(url: str) -> list[Address]:
    """Return the nodes that the URL of a cluster names. Raises ValueError where a host or port is not valid."""
    hosts = urlsplit(url).netloc.rpartition("@")[2].split(",")
    nodes = [urlsplit(f"//{host}") for host in hosts]
    if any(not node.hostname for node in nodes):
        raise ValueError("a host is missing")
    return [(node.hostname or "", node.port or DEFAULT_PORT) for node in nodes]


def node_url(url: str, address: Address) -> str:
    """Return the URL of one node, with the user, password and options of the cluster's URL."""
    parts = urlsplit(url)
    user, at, _hosts = parts.netloc.rpartition("@")
    host, port = address
    host = f"[{host}]" if ":" in host else host
    return parts._replace(scheme=parts.scheme.removesuffix("+cluster"), netloc=f"{user}{at}{host}:{port}").geturl()
