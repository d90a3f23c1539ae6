"""The Redis user of production may do what the code needs, and little more: a real server applies its rules."""

import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from chalicelib import settings
from chalicelib.wiring import Wiring
from infra.cloudformation.parts import Template
from tests.support.redis_workload import use_everything


@pytest.fixture
def administrator(environment: dict[str, str]) -> Iterator[Redis]:
    with Redis.from_url(environment["REDIS_URL"], decode_responses=True) as client:
        yield client


@pytest.fixture
def url(base: Template, environment: dict[str, str], administrator: Redis) -> Iterator[str]:
    """REDIS_URL with a user that has the rules of infra/cloudformation/base/redis.yml."""
    rules = base["Resources"]["RedisUser"]["Properties"]["AccessString"].split()
    name, password = f"user-{secrets.token_hex(4)}", secrets.token_hex(16)
    administrator.execute_command("ACL", "SETUSER", name, f">{password}", *rules)  # type: ignore[no-untyped-call]
    server = urlsplit(environment["REDIS_URL"])
    yield server._replace(netloc=f"{name}:{password}@{server.hostname}:{server.port}").geturl()
    administrator.acl_deluser(name)


def test_the_server_refuses_nothing_that_the_services_do(
    url: str, environment: dict[str, str], administrator: Redis
) -> None:
    wiring = Wiring(settings.load(environment | {"REDIS_URL": url}))
    try:
        use_everything(wiring)
    finally:
        wiring.close()
    assert wiring.redis.used_memory() > 0
    # The services tolerate refusals of Redis, so only the server knows what it refused.
    name = urlsplit(url).username
    assert [entry for entry in administrator.acl_log() if entry["username"] == name] == []


@pytest.mark.parametrize("command", ["FLUSHALL", "SHUTDOWN", "CONFIG GET maxmemory", "KEYS *"])
def test_the_user_can_neither_empty_nor_stop_the_server(url: str, command: str) -> None:
    with Redis.from_url(url) as client, pytest.raises(NoPermissionError):
        client.execute_command(*command.split())
