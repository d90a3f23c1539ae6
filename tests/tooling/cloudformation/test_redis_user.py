"""The Redis user of production may do what the code needs, and little more: a real server applies its rules."""

import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from chalicelib import settings
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.models.requests import HistoryQuery, ProfileChange
from chalicelib.wiring import Wiring
from infra.cloudformation.parts import Template
from tests.integration.conftest import sign_up


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


def use_everything(wiring: Wiring) -> None:
    ada, bob = sign_up(wiring), sign_up(wiring)
    socket = f"socket-{secrets.token_hex(8)}"
    wiring.socket_lifecycle.connect(socket, bob.credentials, None)
    for number in range(3):  # the first fills the copies by a script, the others read and append
        wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, text="hello", client_message_id=str(number))
        assert len(wiring.messages.history(bob.credentials, ada.user.userId, HistoryQuery()).messages) == number + 1
        (state,) = wiring.presence_queries.states(ada.credentials, [bob.user.userId])
        assert state.online
    wiring.profiles.change(ada.credentials, ProfileChange(about="new"))
    wiring.cache_warmer.warm(wiring.cache_warmer.recent(10))
    keeper = PresenceMaintenance(
        mongo=wiring.mongo,
        redis=wiring.redis,
        presence=wiring.presence_store,
        publisher=wiring.publisher,
        clock=wiring.clock,
    )
    keeper.sweep()
    keeper.rebuild_after_flush()
    KeptDeletions(wiring.mongo, wiring.redis, keeper, wiring.clock).apply()
    wiring.socket_lifecycle.disconnect(socket)


@pytest.mark.parametrize("command", ["FLUSHALL", "SHUTDOWN", "CONFIG GET maxmemory", "KEYS *"])
def test_the_user_can_neither_empty_nor_stop_the_server(url: str, command: str) -> None:
    with Redis.from_url(url) as client, pytest.raises(NoPermissionError):
        client.execute_command(*command.split())
