"""Fixtures of the caches' tests."""

from urllib.parse import urlsplit

import pytest

from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.wirings import MakeWiring


@pytest.fixture
def without_redis(environment: dict[str, str], make_wiring: MakeWiring) -> Wiring:
    """On a database of its own, in which the running consumer does no deletion that a test looks for."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/caching").geturl()
    return make_wiring(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0", MONGODB_URI=uri)
