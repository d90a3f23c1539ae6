"""Parsers for the values of settings, and the sentences for values that are wrong."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from chalicelib.errors import SettingsError
from chalicelib.settings.redis_addresses import CLUSTER, PLAIN, is_cluster, seeds

T = TypeVar("T")

MIN_SECRET_BYTES = 32
"""RFC 7518, section 3.2: a key for HS256 must be at least as long as the hash, 256 bits."""


class Variables:
    """Reads an environment, and reports each mistake in a sentence. An empty variable counts as one that is not set.

    A parser raises ValueError with the end of that sentence. It never repeats the value, which may be a secret.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def has(self, name: str) -> bool:
        return bool(self._environ.get(name))

    def read(self, name: str, parse: Callable[[str], T], default: str | None = None) -> T:
        """Return the parsed value of a variable.

        Raises SettingsError, which names the variable, where it is wrong, or is not set and has no default.
        """
        text = self._environ.get(name, "") or default
        if text is None:
            raise SettingsError(f"{name} is not set.")
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
    rule = f"it must be a URL that begins with {' or '.join(s + '://' for s in schemes)}"

    def parse(text: str) -> str:
        try:
            parts = urlsplit(text)
        except ValueError:  # its message repeats the address, with the password
            raise ValueError(rule) from None
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(rule)
        return text

    return parse


def redis_url(text: str) -> str:
    url(*PLAIN, *CLUSTER)(text)
    if is_cluster(text):
        try:
            seeds(text)
        except ValueError:  # its message may repeat a part of the address
            raise ValueError("it must name hosts or host:port, separated by commas") from None
        if urlsplit(text).path not in {"", "/", "/0"}:
            raise ValueError("a cluster has one database, 0")
    return text


def servers(text: str) -> tuple[str, ...]:
    addresses = words(text)
    if not addresses or not all(re.fullmatch(r"[^:\s]+:\d{1,5}", server) for server in addresses):
        raise ValueError("it must be a list of host:port, separated by commas")
    return addresses


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError("it must be host:port")
    return host, int(port)


def version(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)\.(\d+)", text)
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


def whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"it must be {' or '.join(choices)}")
        return text

    return parse


def file(text: str) -> str:
    if not Path(text).is_file():
        raise ValueError("there is no such file")
    return text
