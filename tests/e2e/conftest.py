"""The people that end-to-end tests ask for, and whole rate limits for clients without an address of their own."""

import pytest

from infra.ops.redis_access import opened_redis
from tests.e2e.moderators import mod
from tests.e2e.people import ada, bob, make_person

__all__ = ["ada", "bob", "make_person", "mod"]

OF_NETWORKS = ("login", "signup", "password-reset", "mail-link")
"""The endpoints whose attempts are counted by network."""


@pytest.fixture(autouse=True)
def whole_limits(request: pytest.FixtureRequest) -> None:
    """Forgets the attempts of 127.0.0.1 before each test on the shared system.

    Clients that are processes of their own come from there, and cannot be given an address each. So they would use up
    one limit for each other, for longer than the tests run.
    """
    if "system" in request.fixturenames:
        environment: dict[str, str] = request.getfixturevalue("environment")
        with opened_redis(environment["REDIS_URL"]) as redis:
            for endpoint in OF_NETWORKS:
                redis.delete(f"ratelimit:127.0.0.1:{endpoint}")
