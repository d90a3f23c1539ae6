"""A function that was frozen does not wait for a connection that has died meanwhile."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.redis import exchange
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import utc_now
from chalicelib.errors import RedisUnavailable
from tests.support.proxies.cuttable import Cuttable


@pytest.fixture
def forgotten(environment: dict[str, str]) -> Iterator[RedisClient]:
    """A client whose connection has been forgotten by something on the way; new connections get through."""
    redis = urlsplit(environment["REDIS_URL"])
    with (
        Cuttable(redis.hostname or "", redis.port or 6379) as proxy,
        closing(RedisClient(f"redis://127.0.0.1:{proxy.port}{redis.path}", Breaker(utc_now))) as client,
    ):
        client.write(("SET", "known", "1"))
        proxy.forget()
        yield client


def test_a_connection_that_was_idle_for_long_is_replaced_before_it_is_used(
    forgotten: RedisClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "IDLE_SECONDS", 0.0)
    assert forgotten.send(("GET", "known")) == [b"1"]


def test_a_connection_that_was_used_just_now_is_waited_for(forgotten: RedisClient) -> None:
    with pytest.raises(RedisUnavailable):
        forgotten.send(("GET", "known"))
