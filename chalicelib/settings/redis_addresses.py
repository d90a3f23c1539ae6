"""REDIS_URL, and the servers that it names.

`redis+cluster://` and `rediss+cluster://` stand for a Redis Cluster. Any of its nodes is enough to find the others;
several may be given, separated by commas, as in MongoDB's URIs. The scheme says that it is a cluster, rather than a
variable of its own, as such a variable could contradict the secret that contains the address.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from chalicelib.settings.addresses import HostAndPort, host_and_port
from chalicelib.settings.values import certificates, file, one_of, url

PLAIN = ("redis", "rediss")
CLUSTER = tuple(f"{scheme}+cluster" for scheme in PLAIN)
DEFAULT_PORT = 6379

Address = HostAndPort
"""Host and port of a node, as the cluster reports them."""

_TLS_OPTIONS = {
    "ssl_ca_certs": certificates,
    "ssl_certfile": certificates,
    "ssl_keyfile": file,
    "ssl_cert_reqs": one_of("required", "optional", "none"),
    "ssl_check_hostname": one_of("true", "false"),
}
"""The options that a URL may have. redis-py knows others, which would replace the time-outs or the protocol that are
chosen in clients/redis; it takes those that it does not know for a mistake in the code."""


def redis_url(text: str) -> str:
    """Return the URL. Raises ValueError with the end of a sentence, which does not repeat the URL."""
    before, hosts, after = _split(text)
    parts = urlsplit(url(*PLAIN, *CLUSTER)(f"{before}{hosts.partition(',')[0]}{after}"))
    seeds(text)
    if is_cluster(text) and parts.path not in {"", "/", "/0"}:
        raise ValueError("a cluster has one database, 0")
    if not re.fullmatch(r"(/[0-9]{0,6})?", parts.path):  # redis-py takes any other for 0
        raise ValueError("after the host comes the number of the database alone, such as /0")
    if parts.fragment or text.endswith("#"):
        raise ValueError("it contains a #: write %23 in its place")
    _require_options(parts.query, has_tls=parts.scheme.startswith("rediss"))
    return text


def _require_options(query: str, *, has_tls: bool) -> None:
    """Raises ValueError for an option that is not known, or whose value is wrong, or that is there twice."""
    options = parse_qsl(query, keep_blank_values=True)
    if len({name for name, _ in options}) < len(options):
        raise ValueError("an option is there twice")
    for name, value in options:
        if name not in _TLS_OPTIONS:
            raise ValueError(f"its options can be {', '.join(_TLS_OPTIONS)}; a ? in a password is written as %3F")
        if not has_tls:
            raise ValueError(f"{name} has no effect without TLS: it would begin with rediss")
        try:
            _TLS_OPTIONS[name](value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None


def is_cluster(url: str) -> bool:
    return url.partition("://")[0] in CLUSTER


def seeds(url: str) -> list[Address]:
    """Return the nodes that a URL names; there is one where it is not the URL of a cluster.

    Raises ValueError with the end of a sentence, where a host or port is not valid.
    """
    _, hosts, _ = _split(url)
    return [host_and_port(host, DEFAULT_PORT) for host in (hosts.split(",") if is_cluster(url) else [hosts])]


def node_url(url: str, address: Address) -> str:
    """Return the URL of one node, with the user, password and options of the cluster's URL."""
    host, port = address
    host = f"[{host}]" if ":" in host else host
    before, _, after = _split(url)
    scheme, separator, user = before.partition("://")
    return f"{scheme.removesuffix('+cluster')}{separator}{user}{host}:{port}{after}"


def _split(url: str) -> tuple[str, str, str]:
    """Return the hosts as they are written, with what is before and after them. A text that is no URL has none.

    urlsplit takes no list of hosts with brackets behind the first, since Pythons have mended CVE-2025-0938.
    """
    match = re.fullmatch(r"([^:]*://(?:[^/?#]*@)?)([^/?#]*)(.*)", url, re.DOTALL)
    return (match[1], match[2], match[3]) if match else (url, "", "")
