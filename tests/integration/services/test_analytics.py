"""Daily analytics are read from a secondary, by administrators alone, and without Redis too."""

from collections.abc import Iterator
from datetime import date

import pytest
from pymongo.monitoring import CommandStartedEvent

from chalicelib import settings
from chalicelib.errors import Forbidden, Unavailable
from chalicelib.models.requests import DaysQuery
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.mongodb_commands import StartedCommandListener
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
    loaded = settings.load(environment | {"ADMIN_EMAILS": ada.user.emailId.upper()})
    wiring = Wiring(loaded, mongo_listeners=[preferences])
    yield wiring
    wiring.close()


def test_only_analytics_are_read_from_a_secondary(
    observed: Wiring, preferences: ReadPreferences, ada: NewSession
) -> None:
    observed.redis.delete(f"user:{ada.user.userId}")
    assert len(observed.analytics.daily(ada.credentials, DaysQuery()).days) == 7
    assert preferences.of == {"users": "primary", "analytics_daily": "secondaryPreferred"}


def test_analytics_are_the_same_without_redis(make_wiring: MakeWiring, observed: Wiring, ada: NewSession) -> None:
    without_redis = make_wiring(ADMIN_EMAILS=ada.user.emailId, REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    past_days = DaysQuery(last=date(2026, 1, 31))
    expected = observed.analytics.daily(ada.credentials, past_days)
    assert without_redis.analytics.daily(ada.credentials, past_days) == expected


def test_analytics_without_mongodb_are_unavailable(make_wiring: MakeWiring, ada: NewSession) -> None:
    mongodb_uri = f"mongodb://127.0.0.1:{CLOSED_PORT}/devconnect"
    without_mongodb = make_wiring(ADMIN_EMAILS=ada.user.emailId, MONGODB_URI=mongodb_uri)
    with pytest.raises(Unavailable):
        without_mongodb.analytics.daily(ada.credentials, DaysQuery())


def test_without_admin_emails_nobody_is_an_administrator(make_wiring: MakeWiring, ada: NewSession) -> None:
    with pytest.raises(Forbidden):
        make_wiring(ADMIN_EMAILS="").analytics.daily(ada.credentials, DaysQuery())
