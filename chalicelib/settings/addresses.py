"""Hosts and ports in settings. Each of these is used as it was checked: nothing is guessed or left out."""

import re
from ipaddress import IPv4Address, IPv6Address

HostAndPort = tuple[str, int]

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?")
"""RFC 1123, section 2.1, and the underscore, which the names of containers often have."""

_PARTS = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*))(?::([0-9]{1,5}))?")


def is_host(text: str) -> bool:
    """Whether it is a name or an IPv4 address."""
    if not _NAME.fullmatch(text):
        return False
    if not text.rpartition(".")[2].isdecimal():
        return True
    try:
        IPv4Address(text)  # RFC 3696, section 2: no top-level domain is all digits
    except ValueError:
        return False
    return True


def host_and_port(text: str, default_port: int | None = None, *, lowest_port: int = 1) -> HostAndPort:
    """Return the host, which is an IPv6 address without its brackets, and the port.

    Raises ValueError with the end of a sentence. Without a `default_port`, the port must be there.
    """
    match = _PARTS.fullmatch(text)
    if match is None:
        raise ValueError("it must be host:port, with brackets around an IPv6 address and a port up to 65535")
    ipv6, name, digits = match.groups()
    if ipv6 is None and not is_host(name):
        raise ValueError("its host is neither a name nor an address")
    if ipv6 is not None:
        try:
            IPv6Address(ipv6)
        except ValueError:
            raise ValueError("there is no IPv6 address between its brackets") from None
    if digits is None:
        if default_port is None:
            raise ValueError("its port is missing: it must be host:port")
        return ipv6 or name, default_port
    if not lowest_port <= int(digits) <= 65_535:
        raise ValueError(f"its port must be from {lowest_port} to 65535")
    return ipv6 or name, int(digits)
