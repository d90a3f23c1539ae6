"""Sends requests to push services, whose addresses clients give: so none of them may lead into this network (SSRF).

A name is resolved once, every address behind it must be public, and the connection is made to the very address that was
checked: a name that leads elsewhere the next time (DNS rebinding) gains nothing. No redirect is followed, no proxy is
used, and of the answer only the status is read.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 5.0

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_DEFAULT_PORTS = {"https": 443, "http": 80}


class ForbiddenAddressError(Exception):
    """The endpoint leads to an address that is not public, or has a form that no push service's has."""


class PushService:
    """With `any_host`, which is for one machine alone, it also sends to addresses that are not public, and by http."""

    def __init__(self, *, any_host: bool) -> None:
        self._any_host = any_host

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def post(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> int:
        """Return the status of the answer. Raises ForbiddenAddressError, and OSError or HTTPException for a failure."""
        url = urlsplit(endpoint)
        port = self._port(url)
        sock = self._connected(url.hostname or "", port)
        connection = http.client.HTTPConnection(url.hostname or "", port, timeout=ANSWER_SECONDS)
        try:
            sock.settimeout(ANSWER_SECONDS)
            if url.scheme == "https":
                sock = self._tls.wrap_socket(sock, server_hostname=url.hostname)
            connection.sock = sock
            path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
            connection.request("POST", path, body, {**headers, "Host": url.netloc})
            return connection.getresponse().status
        finally:
            connection.close()
            sock.close()

    def _port(self, url: SplitResult) -> int:
        try:
            port = url.port
        except ValueError as error:
            raise ForbiddenAddressError("the port is none") from error
        if url.username is not None or not url.hostname or url.scheme not in _DEFAULT_PORTS:
            raise ForbiddenAddressError("the endpoint is no address of a push service")
        if not self._any_host and (url.scheme != "https" or port not in (None, 443)):
            raise ForbiddenAddressError("push services are reached by https at its own port")
        return port or _DEFAULT_PORTS[url.scheme]

    def _connected(self, host: str, port: int) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
        if not self._any_host and not all(map(is_public, addresses)):
            raise ForbiddenAddressError("the host has an address that is not public")
        return socket.create_connection((addresses[0], port), timeout=CONNECT_SECONDS)


def is_public(text: str) -> bool:
    """Whether an address, and any IPv4 address that is written inside it, is one of the public internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast
