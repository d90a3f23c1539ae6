"""Fixtures for services that run in the test's own process, on the real servers."""

from collections.abc import Iterator

import pytest

from chalicelib import settings
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring


@pytest.fixture
def make_wiring(environment: dict[str, str]) -> Iterator[MakeWiring]:
    """Makes wirings on the real servers, with the given variables changed, and closes them after the test."""
    made: list[Wiring] = []

    def make(**changes: str) -> Wiring:
        wiring = Wiring(settings.load(environment | changes))
        made.append(wiring)
        return wiring

    yield make
    for wiring in made:
        wiring.close()


@pytest.fixture
def wiring(make_wiring: MakeWiring) -> Wiring:
    return make_wiring()


@pytest.fixture
def without_redis(make_wiring: MakeWiring) -> Wiring:
    return make_wiring(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")


@pytest.fixture
def without_kafka(make_wiring: MakeWiring) -> Wiring:
    return make_wiring(KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{CLOSED_PORT}")


@pytest.fixture
def without_mongodb(make_wiring: MakeWiring) -> Wiring:
    return make_wiring(MONGODB_URI=f"mongodb://127.0.0.1:{CLOSED_PORT}/devconnect")


@pytest.fixture
def ada(wiring: Wiring) -> NewSession:
    return sign_up(wiring)


@pytest.fixture
def bob(wiring: Wiring) -> NewSession:
    return sign_up(wiring)
