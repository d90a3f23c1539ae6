"""The people that end-to-end tests ask for, and whole rate limits for clients without an address of their own."""

from collections.abc import Iterator

import pytest
from redis import Redis

from infra.ops.redis_access import opened_redis
from tests.e2e.moderators import mod
from tests.e2e.people import ada, bob, make_person

__all__ = ["ada", "bob", "make_person", "mod"]

OF_NETWORKS = ("login", "signup", "password-reset", "mail-link")
"""The endpoints whose attempts are counted by network."""


@pytest.fixture(scope="session")
def redis_of_limits(environment: dict[str, str]) -> Iterator[Redis]:
    """One client for all tests: to connect to a cluster with TLS takes longer than most of them."""
    with opened_redis(environment["REDIS_URL"]) as redis:
        yield redis


@pytest.fixture(autouse=True)
def whole_limits(request: pytest.FixtureRequest) -> None:
    """Forgets the attempts of 127.0.0.1 before each test on the shared system.

    Clients that are processes of their own come from there, and cannot be given an address each. So they would use up
    one limit for each other, for longer than the tests run.
    """
    if "system" in request.fixturenames:
        redis: Redis = request.getfixturevalue("redis_of_limits")
        for endpoint in OF_NETWORKS:
            redis.delete(f"ratelimit:127.0.0.1:{endpoint}")
