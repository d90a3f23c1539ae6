"""The settings of every process: one frozen object, and the only reader of the environment.

Nothing is read at import, since `chalice package` imports app.py with an empty environment.
"""

import os
import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from chalicelib.errors import SettingsError

T = TypeVar("T")

MIN_SECRET_BYTES = 32
"""RFC 7518, section 3.2: a key for HS256 is at least as long as the hash, 256 bits."""


class Limit(msgspec.Struct, frozen=True):
    """At most `maximum` attempts in any `seconds`."""

    maximum: int
    seconds: int


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    redis_url: str
    mongodb_uri: str
    kafka_bootstrap_servers: tuple[str, ...]
    kafka_api_version: tuple[int, int] | None
    jwt_secrets: tuple[str, ...]
    websocket_endpoint: str
    allowed_origins: frozenset[str]
    cookie_domain: str | None
    presence_ttl_seconds: int
    presence_audience: str
    email_from: str | None
    admin_emails: frozenset[str]
    bcrypt_rounds: int
    rate_limits: dict[str, Limit]
    localstack_host: str | None
    health_address: tuple[str, int]

    def rate_limit(self, endpoint: str) -> Limit:
        return self.rate_limits.get(endpoint, self.rate_limits["default"])


DEFAULT_LIMITS = {
    "login": Limit(5, 300),
    "signup": Limit(20, 3600),
    "private-message": Limit(600, 60),
    "default": Limit(100, 60),
}


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the environment.

    Raises SettingsError with a sentence that names the variable which is missing or wrong.
    """

    def read(name: str, parse: Callable[[str], T], default: str | None = None) -> T:
        text = environ.get(name, "") or default
        if text is None:
            raise SettingsError(f"{name} is not set.")
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(f"{name} is wrong: {error}.") from None

    return Settings(
        redis_url=read("REDIS_URL", _url("redis", "rediss")),
        mongodb_uri=read("MONGODB_URI", _url("mongodb", "mongodb+srv")),
        kafka_bootstrap_servers=read("KAFKA_BOOTSTRAP_SERVERS", _servers),
        kafka_api_version=read("KAFKA_API_VERSION", _version, default="") if environ.get("KAFKA_API_VERSION") else None,
        jwt_secrets=read("JWT_SECRET", _secrets),
        websocket_endpoint=read("WEBSOCKET_ENDPOINT", _url("http", "https")).rstrip("/"),
        allowed_origins=frozenset(_words(environ.get("ALLOWED_ORIGINS", ""))),
        cookie_domain=environ.get("COOKIE_DOMAIN") or None,
        presence_ttl_seconds=read("PRESENCE_TTL_SECONDS", _whole(1, 3600), default="300"),
        presence_audience=read("PRESENCE_AUDIENCE", _one_of("connections", "everyone"), default="connections"),
        email_from=read("EMAIL_FROM", _email) if environ.get("EMAIL_FROM") else None,
        admin_emails=read("ADMIN_EMAILS", _emails, default=""),
        bcrypt_rounds=read("BCRYPT_ROUNDS", _whole(4, 16), default="12"),
        rate_limits=_rate_limits(environ),
        localstack_host=environ.get("LOCALSTACK_HOST") or None,
        health_address=read("HEALTH_ADDRESS", _address, default="127.0.0.1:8080"),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        url = urlsplit(text)
        if url.scheme not in schemes or not url.hostname:
            raise ValueError(f"it must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
        return text

    return parse


def _servers(text: str) -> tuple[str, ...]:
    servers = _words(text)
    if not servers or not all(re.fullmatch(r"[^:\s]+:\d{1,5}", server) for server in servers):
        raise ValueError("it must be a list of host:port, separated by commas")
    return servers


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError("it must be host:port")
    return host, int(port)


def _version(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)\.(\d+)", text)
    if match is None:
        raise ValueError("it must be a version like 2.3")
    return int(match[1]), int(match[2])


def _secrets(text: str) -> tuple[str, ...]:
    secrets = _words(text)
    if not 1 <= len(secrets) <= 2:
        raise ValueError("it must be one secret, or the new one and the old one separated by a comma")
    if any(len(secret.encode()) < MIN_SECRET_BYTES for secret in secrets):
        raise ValueError(f"a secret must have at least {MIN_SECRET_BYTES} bytes")
    return secrets


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"it must be {' or '.join(words)}")
        return text

    return parse


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@]+@[^@\s]+", text):
        raise ValueError("it must be an email address")
    return text


def _emails(text: str) -> frozenset[str]:
    """Lower-cased, as accounts have them."""
    return frozenset(_email(word) for word in _words(text.lower()))


def _rate_limits(environ: Mapping[str, str]) -> dict[str, Limit]:
    """`RATE_LIMIT_PRIVATE_MESSAGE=600/60` is the limit of the endpoint `private-message`."""
    limits = dict(DEFAULT_LIMITS)
    prefix = "RATE_LIMIT_"
    for name, text in environ.items():
        if name.startswith(prefix):
            match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
            if match is None:
                raise SettingsError(f"{name} is wrong: it must be <attempts>/<seconds>, such as 100/60.")
            limits[name.removeprefix(prefix).lower().replace("_", "-")] = Limit(int(match[1]), int(match[2]))
    return limits
