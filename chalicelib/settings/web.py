"""Settings that browsers and mail programs compare or parse: origins, the domain of the cookie, senders of mails."""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from chalicelib.settings.addresses import host_and_port, is_host

_DEFAULT_PORTS = {"http": 80, "https": 443}

_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*")
"""RFC 6265, section 4.1.1: a `<subdomain>`. Browsers ignore a domain of one label, such as `com`."""

_ADDRESS = re.compile(r"[^\s@<>(),:;\"\[\]\\]+@[^\s@<>(),:;\"\[\]\\]+")
_SENDER = re.compile(r"(?P<name>[^<>@,:;()\"\\\[\]]+|\"[^\"\\<>]+\") <(?P<address>[^<>]+)>")
"""RFC 5322, section 3.4: a name and an address, the name in quotes where it has special characters."""


def origins(text: str) -> frozenset[str]:
    """Return the origins. Raises ValueError where one of them is not as browsers send it (RFC 6454, section 6.2).

    The header is compared as text, so an origin in another form would never be equal to one that a browser sends.
    """
    return frozenset(_origin(word.strip()) for word in text.split(",") if word.strip())


def _origin(text: str) -> str:
    if text in {"*", "null"}:
        raise ValueError(f"{text} stands for any page: name the origins, such as https://app.example.org")
    canonical = _as_browsers_send_it(text)
    if canonical != text:
        raise ValueError(
            f"browsers send {canonical}: write that, without a path, a default port or capital letters"
            if canonical
            else "each must be an origin, such as https://app.example.org"
        )
    return text


def _as_browsers_send_it(text: str) -> str | None:
    """Return the origin of a URL, or None where there is none. A text without a scheme is taken for a host."""
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return None
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "https", text
    scheme = scheme.lower()
    netloc = urlsplit(f"//{rest}").netloc
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) or scheme in {"file", "ws", "wss"}:
        return None
    # The host of another scheme, such as a browser's extension, is not a name, and its capitals stay.
    is_web = scheme in _DEFAULT_PORTS
    try:
        host, port = host_and_port(netloc.lower() if is_web else netloc, _DEFAULT_PORTS.get(scheme, 0))
    except ValueError:
        return None
    host = f"[{IPv6Address(host)}]" if ":" in host else host
    return f"{scheme}://{host}" if port == _DEFAULT_PORTS.get(scheme, 0) else f"{scheme}://{host}:{port}"


def cookie_domain(text: str) -> str:
    if len(text) > 253 or not _DOMAIN.fullmatch(text) or not is_host(text):
        raise ValueError(
            "it must be a domain such as example.org, in ASCII, without a scheme, a port, a path or a dot in front"
        )
    return text


def sender(text: str) -> str:
    """Return the sender of mails: an address, or a name and `<address>`."""
    match = _SENDER.fullmatch(text)
    if not _is_mailbox(match["address"] if match else text):
        raise ValueError("it must be an email address, or a name and an address: DevConnect <hello@example.org>")
    if not text.isascii():  # SES API v2 reference, SendEmail, FromEmailAddress
        raise ValueError("SES takes ASCII alone: encode the name by RFC 2047 (=?UTF-8?B?...?=), the domain as xn--...")
    return text


def _is_mailbox(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None and is_host(text.rpartition("@")[2])
