"""Where daily analytics are read, and what becomes of them when something is down."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from chalicelib import settings
from chalicelib.errors import Forbidden, Unavailable
from chalicelib.models.requests import DaysQuery, Signup
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.wiring import Wiring
from tests.integration.conftest import CLOSED_PORT
from tests.support import addresses
from tests.support.addresses import email

MakeWiring = Callable[..., Wiring]


class ReadPreferences(CommandListener):
    """{collection: the read preference of the last query on it}."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.of[event.command["find"]] = event.command.get("$readPreference", {}).get("mode", "primary")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


@pytest.fixture
def preferences() -> ReadPreferences:
    return ReadPreferences()


@pytest.fixture
def observed(environment: dict[str, str], preferences: ReadPreferences, ada: NewSession) -> Iterator[Wiring]:
    """A wiring of which Ada is an administrator."""
    wiring = Wiring(settings.load(environment), mongo_listeners=[preferences])
    wiring.administrators.add(ada.user.emailId)
    yield wiring
    wiring.close()


def test_they_are_read_from_a_secondary_and_all_else_is_not(
    observed: Wiring, preferences: ReadPreferences, ada: NewSession
) -> None:
    observed.redis.delete(f"user:{ada.user.userId}")
    assert len(observed.analytics.daily(ada.credentials, DaysQuery()).days) == 7
    assert preferences.of == {"users": "primary", "analytics_daily": "secondaryPreferred"}


def test_without_redis_they_are_the_same(make_wiring: MakeWiring, observed: Wiring, ada: NewSession) -> None:
    without_redis = make_wiring(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    long_ago = DaysQuery(last=date(2026, 1, 31))
    expected = observed.analytics.daily(ada.credentials, long_ago)
    assert without_redis.analytics.daily(ada.credentials, long_ago) == expected


def test_without_mongodb_they_are_a_clear_error(make_wiring: MakeWiring, observed: Wiring, ada: NewSession) -> None:
    observed.analytics.daily(ada.credentials, DaysQuery())  # her copies are in Redis from now on
    mongodb_uri = f"mongodb://127.0.0.1:{CLOSED_PORT}/devconnect"
    without_mongodb = make_wiring(MONGODB_URI=mongodb_uri)
    with pytest.raises(Unavailable):
        without_mongodb.analytics.daily(ada.credentials, DaysQuery())


def test_nobody_is_an_administrator_until_an_operator_says_so_and_no_longer_than_that(
    wiring: Wiring, without_redis: Wiring, ada: NewSession, bob: NewSession
) -> None:
    def may_read(user: NewSession, here: Wiring) -> bool:
        try:
            here.analytics.daily(user.credentials, DaysQuery())
        except Forbidden:
            return False
        return True

    def who_may() -> list[bool]:
        return [may_read(user, here) for user in (ada, bob) for here in (wiring, without_redis)]

    assert who_may() == [False] * 4
    assert wiring.administrators.add(ada.user.emailId) is not None
    assert who_may() == [True, True, False, False]  # at once, although her copy was cached
    assert (ada.user.userId, ada.user.emailId) in wiring.administrators.all()
    assert wiring.administrators.remove(ada.user.emailId) is not None
    assert who_may() == [False] * 4
    assert (ada.user.userId, ada.user.emailId) not in wiring.administrators.all()


def test_an_address_without_an_account_makes_nobody_an_administrator(wiring: Wiring) -> None:
    address = email()
    assert wiring.administrators.add(address) is None
    signup = Signup(firstName="Eve", lastName="X", emailId=address, password="correct horse")
    eve = wiring.accounts.sign_up(signup, ClientIdentity(ip=addresses.address(), user_agent="tests"))
    with pytest.raises(Forbidden):
        wiring.analytics.daily(eve.credentials, DaysQuery())


def test_a_copy_that_an_earlier_release_has_cached_grants_nothing(wiring: Wiring, ada: NewSession) -> None:
    wiring.administrators.add(ada.user.emailId)
    former = msgspec.to_builtins(ada.user)
    del former["role"]
    wiring.redis.write(("SET", wiring.user_store.cache_key(ada.user.userId), msgspec.json.encode(former)))
    with pytest.raises(Forbidden):
        wiring.analytics.daily(ada.credentials, DaysQuery())
