"""The Redis user of production may do what the code needs, and little more: a real server applies its rules."""

import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from chalicelib import settings
from chalicelib.wiring import Wiring
from infra.cloudformation.parts import Template
from infra.local.ports import free_port
from infra.local.process import Child
from infra.local.servers.redis import redis_address, redis_options
from tests.support.controlled import controlled
from tests.support.redis_workload import use_everything
from tests.tooling.cloudformation.redis_servers import SERVERS


@pytest.fixture(scope="module", params=["that of make run", *SERVERS])
def server_url(
    request: pytest.FixtureRequest, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The servers that the stage may have: what one of them refuses or does not know, the template must not name."""
    if request.param not in SERVERS:
        yield environment["REDIS_URL"]
        return
    argv, directory, port = SERVERS[request.param](), tmp_path_factory.mktemp("redis"), free_port()
    options = redis_options(directory, port, tls=None)
    child = Child(
        name="redis",
        argv=[*argv, *(word for name, value in options.items() for word in (f"--{name}", value))],
        address=redis_address(port),
        environment={"PATH": os.environ["PATH"]},
        ready=lambda output: "eady to accept connections" in output,
    )
    with controlled([child], directory):
        yield child.address


@pytest.fixture
def administrator(server_url: str) -> Iterator[Redis]:
    with Redis.from_url(server_url, decode_responses=True) as client:
        yield client


@pytest.fixture
def url(base: Template, server_url: str, administrator: Redis) -> Iterator[str]:
    """REDIS_URL with a user that has the rules of infra/cloudformation/base/redis.yml."""
    rules = base["Resources"]["RedisUser"]["Properties"]["AccessString"].split()
    name, password = f"user-{secrets.token_hex(4)}", secrets.token_hex(16)
    administrator.execute_command("ACL", "SETUSER", name, f">{password}", *rules)  # type: ignore[no-untyped-call]
    server = urlsplit(server_url)
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
