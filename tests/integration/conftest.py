"""Services on the real servers, in the test's own process."""

from collections.abc import Callable, Iterator

import pytest

from chalicelib import settings
from chalicelib.models.requests import Signup
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import address, email

CLOSED_PORT = 9
"""The discard service's: nothing listens there, so a connection is refused at once."""


@pytest.fixture
def make_wiring(environment: dict[str, str]) -> Iterator[Callable[..., Wiring]]:
    """Makes wirings on the real servers, with some variables changed; they are closed after the test."""
    made: list[Wiring] = []

    def make(**changes: str) -> Wiring:
        wiring = Wiring(settings.load(environment | changes))
        made.append(wiring)
        return wiring

    yield make
    for wiring in made:
        wiring.close()


@pytest.fixture
def wiring(make_wiring: Callable[..., Wiring]) -> Wiring:
    return make_wiring()


@pytest.fixture
def without_redis(make_wiring: Callable[..., Wiring]) -> Wiring:
    return make_wiring(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")


@pytest.fixture
def without_kafka(make_wiring: Callable[..., Wiring]) -> Wiring:
    return make_wiring(KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{CLOSED_PORT}")


@pytest.fixture
def without_mongodb(make_wiring: Callable[..., Wiring]) -> Wiring:
    return make_wiring(MONGODB_URI=f"mongodb://127.0.0.1:{CLOSED_PORT}/devconnect")


def sign_up(wiring: Wiring) -> NewSession:
    """A new user with a session."""
    signup = Signup(firstName="Ada", lastName="Lovelace", emailId=email(), password="correct horse")
    return wiring.accounts.sign_up(signup, ClientIdentity(ip=address(), user_agent="tests"))


@pytest.fixture
def ada(wiring: Wiring) -> NewSession:
    return sign_up(wiring)


@pytest.fixture
def bob(wiring: Wiring) -> NewSession:
    return sign_up(wiring)
