"""Daily analytics are read from a secondary, by administrators alone, and without Redis too."""

from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from pymongo.monitoring import CommandStartedEvent

from chalicelib import settings
from chalicelib.errors import Forbidden, Unavailable, Unverified
from chalicelib.models.requests import DaysQuery
from chalicelib.services.accounts import NewSession
from chalicelib.stores.users import ADMIN
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT, email
from tests.support.mongodb_commands import StartedCommandListener
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring


class ReadPreferences(StartedCommandListener):
    """`of` maps each collection to the read preference of the last query on it."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.of[event.command["find"]] = event.command.get("$readPreference", {}).get("mode", "primary")


@pytest.fixture
def preferences() -> ReadPreferences:
    return ReadPreferences()


@pytest.fixture
def observed(environment: dict[str, str], preferences: ReadPreferences, ada: NewSession) -> Iterator[Wiring]:
    """A wiring in which Ada is an administrator, and whose queries `preferences` observes."""
    wiring = Wiring(settings.load(environment), mongo_listeners=[preferences])
    wiring.roles.give(ADMIN, ada.user.emailId)
    yield wiring
    wiring.close()


def test_only_analytics_are_read_from_a_secondary(
    observed: Wiring, preferences: ReadPreferences, ada: NewSession
) -> None:
    observed.redis.delete(f"user:{ada.user.userId}")
    assert len(observed.analytics.daily(ada.credentials, DaysQuery()).days) == 7
    assert preferences.of == {"users": "primary", "analytics_daily": "secondaryPreferred"}


def test_analytics_are_the_same_without_redis(make_wiring: MakeWiring, observed: Wiring, ada: NewSession) -> None:
    without_redis = make_wiring(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    past_days = DaysQuery(last=date(2026, 1, 31))
    expected = observed.analytics.daily(ada.credentials, past_days)
    assert without_redis.analytics.daily(ada.credentials, past_days) == expected


def test_analytics_without_mongodb_are_unavailable(make_wiring: MakeWiring, observed: Wiring, ada: NewSession) -> None:
    observed.analytics.daily(ada.credentials, DaysQuery())  # from now on Ada's copies are in Redis
    mongodb_uri = f"mongodb://127.0.0.1:{CLOSED_PORT}/devconnect"
    without_mongodb = make_wiring(MONGODB_URI=mongodb_uri)
    with pytest.raises(Unavailable):
        without_mongodb.analytics.daily(ada.credentials, DaysQuery())


def test_users_are_administrators_while_an_operator_says_so(
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
    assert wiring.roles.give(ADMIN, ada.user.emailId) is not None
    assert who_may() == [True, True, False, False]  # at once, although Ada's copy was cached
    assert (ada.user.userId, ada.user.emailId) in wiring.roles.all(ADMIN)
    assert wiring.roles.take(ADMIN, ada.user.emailId) is not None
    assert who_may() == [False] * 4
    assert (ada.user.userId, ada.user.emailId) not in wiring.roles.all(ADMIN)


def test_an_address_without_an_account_makes_nobody_an_administrator(wiring: Wiring) -> None:
    assert wiring.roles.give(ADMIN, email()) is None


def test_an_address_that_nobody_has_confirmed_makes_nobody_an_administrator(wiring: Wiring) -> None:
    eve = sign_up(wiring, verified=False)
    with pytest.raises(Unverified):
        wiring.roles.give(ADMIN, eve.user.emailId)
    with pytest.raises(Forbidden):
        wiring.analytics.daily(eve.credentials, DaysQuery())


def test_a_copy_that_an_earlier_release_has_cached_grants_nothing(wiring: Wiring, ada: NewSession) -> None:
    """It has no role, so that MongoDB is asked."""
    former = msgspec.to_builtins(ada.user)
    del former["role"]
    for is_admin in (True, False):
        (wiring.roles.give if is_admin else wiring.roles.take)(ADMIN, ada.user.emailId)
        wiring.redis.write(("SET", wiring.user_store.cache_key(ada.user.userId), msgspec.json.encode(former)))
        if is_admin:
            wiring.analytics.daily(ada.credentials, DaysQuery())
        else:
            with pytest.raises(Forbidden):
                wiring.analytics.daily(ada.credentials, DaysQuery())
