"""Parsers for the values of settings, and the sentences for values that are wrong."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from chalicelib.errors import SettingsError
from chalicelib.settings.addresses import HostAndPort, host_and_port

T = TypeVar("T")

LINE_ENDS = "\r\n"
WHITESPACE = f" \t{LINE_ENDS}"

MIN_SECRET_BYTES = 32
"""RFC 7518, section 3.2: a key for HS256 must be at least as long as the hash, 256 bits."""


class Variables:
    """Reads an environment, and reports each mistake in a sentence. A variable without a character, or of blanks
    alone, counts as one that is not set.

    A parser raises ValueError with the end of that sentence. It never repeats the value, which may be a secret.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def has(self, name: str) -> bool:
        return bool(self._environ.get(name, "").strip(WHITESPACE))

    def read(self, name: str, parse: Callable[[str], T], default: str | None = None, *, dropped: str = WHITESPACE) -> T:
        """Return the parsed value of a variable.

        The characters in `dropped` are dropped around a value before it is checked, as a secret is easily stored with a
        line end. What is checked is what is used: no library may have to leave out another character afterwards.

        Raises SettingsError, which names the variable, where it is wrong, or is not set and has no default.
        """
        text = self._environ[name].strip(dropped) if self.has(name) else default
        if text is None:
            raise SettingsError(f"{name} is not set.")
        if not text.isprintable():
            raise SettingsError(f"{name} is wrong: it contains a character that cannot be seen, such as a line end.")
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(f"{name} is wrong: {error}.") from None

    def optional(self, name: str, parse: Callable[[str], T]) -> T | None:
        return self.read(name, parse) if self.has(name) else None


def text(value: str) -> str:
    return value


def words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def url(*schemes: str) -> Callable[[str], str]:
    """Return a parser of URLs, as far as every scheme has the same rules.

    The scheme is compared as text: redis-py and pymongo take it in small letters alone.
    """
    rule = f"it must be a URL that begins with {' or '.join(s + '://' for s in schemes)}"

    def parse(text: str) -> str:
        try:
            parts = urlsplit(text)
        except ValueError:  # its message repeats the address, with the password
            raise ValueError(rule) from None
        if not text.startswith(tuple(f"{scheme}://" for scheme in schemes)) or not parts.hostname:
            raise ValueError(rule)
        if " " in text:
            raise ValueError("it contains a blank: write %20 in its place")
        return text

    return parse


def web_url(text: str) -> str:
    """Return the URL of an API over HTTP: a host, perhaps a port, and perhaps a path."""
    return _without_query(url("http", "https")(text))


def websocket_url(text: str) -> str:
    """Return the address that clients open: a host, perhaps a port, and perhaps a path. They add the ticket."""
    return _without_query(url("ws", "wss")(text))


def _without_query(text: str) -> str:
    parts = urlsplit(text)
    host_and_port(parts.netloc, default_port=0)
    if parts.query or parts.fragment or text.endswith(("?", "#")):
        raise ValueError("it must end after its path, without ? and #")
    return text


def servers(text: str) -> tuple[str, ...]:
    """Return the addresses as they are written, which is how kafka-python takes them."""
    addresses = words(text)
    if not addresses:
        raise ValueError("it must be a list of host:port, separated by commas")
    for server in addresses:
        host_and_port(server)
    return addresses


def listening_address(text: str) -> HostAndPort:
    """Return the address on which to listen. The port 0 stands for a free one."""
    return host_and_port(text, lowest_port=0)


def version(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,4})", text)
    if match is None:
        raise ValueError("it must be a version like 2.3")
    return int(match[1]), int(match[2])


def secrets(text: str) -> tuple[str, ...]:
    keys = words(text)
    if not 1 <= len(keys) <= 2:
        raise ValueError("it must be one secret, or the new one and the old one separated by a comma")
    if any(len(key.encode()) < MIN_SECRET_BYTES for key in keys):
        raise ValueError(f"a secret must have at least {MIN_SECRET_BYTES} bytes")
    return keys


def key_of(size: int) -> Callable[[str], str]:
    """Return a parser of keys of so many bytes in base64url without padding (RFC 4648, section 5)."""
    characters = -(-size * 4 // 3)

    def parse(text: str) -> str:
        if not re.fullmatch(rf"[A-Za-z0-9_-]{{{characters}}}", text):
            raise ValueError(f"it must be {size} bytes in base64url, {characters} characters without padding")
        return text

    return parse


def whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"it must be {' or '.join(choices)}")
        return text

    return parse


def bucket(text: str) -> str:
    """Return the name of a bucket (S3 User Guide, "Bucket naming rules")."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise ValueError("it must be the name of a bucket: 3 to 63 small letters, digits, hyphens and dots")
    return text


def directory(text: str) -> str:
    """Return an absolute path, as processes with different working directories share what is in it."""
    if not Path(text).is_absolute():
        raise ValueError("it must be an absolute path")
    return text


def file(text: str) -> str:
    """Return the name of a file that can be read."""
    _content(text)
    return text


def certificates(text: str) -> str:
    """Return the name of a file of certificates. With a file that contains none, every server would be refused."""
    if "-----BEGIN CERTIFICATE-----" not in _content(text):
        raise ValueError("the file contains no certificate in PEM form")
    return text


def _content(name: str) -> str:
    try:
        return Path(name).read_text(errors="replace")
    except OSError as error:
        raise ValueError(f"the file cannot be read ({error.strerror})") from None
