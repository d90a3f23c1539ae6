"""REDIS_URL, and which servers it means.

`redis+cluster://` and `rediss+cluster://` are Redis Cluster, found from any of its nodes; several may be named,
separated by commas, as MongoDB's are. That it is a cluster belongs to the address, and so it stands in it: a variable
beside it could say something else than the secret that holds the address.
"""

from urllib.parse import urlsplit

PLAIN = ("redis", "rediss")
CLUSTER = tuple(f"{scheme}+cluster" for scheme in PLAIN)
DEFAULT_PORT = 6379

Address = tuple[str, int]
"""Host and port of a node, as the cluster tells them."""


def is_cluster(url: str) -> bool:
    return urlsplit(url).scheme in CLUSTER


def seeds(url: str) -> list[Address]:
    """The nodes that the address of a cluster names. Raises ValueError for what is no host or port."""
    hosts = urlsplit(url).netloc.rpartition("@")[2].split(",")
    found = [urlsplit(f"//{host}") for host in hosts]
    if any(not one.hostname for one in found):
        raise ValueError("a host is missing")
    return [(one.hostname or "", one.port or DEFAULT_PORT) for one in found]


def node_url(url: str, address: Address) -> str:
    """The address of one node, with the user, password and options of the cluster's."""
    parts = urlsplit(url)
    user, at, _hosts = parts.netloc.rpartition("@")
    host, port = address
    host = f"[{host}]" if ":" in host else host
    return parts._replace(scheme=parts.scheme.removesuffix("+cluster"), netloc=f"{user}{at}{host}:{port}").geturl()
