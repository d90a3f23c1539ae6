"""Where daily analytics are read, and what becomes of them when something is down."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from pymongo.monitoring import CommandStartedEvent

from chalicelib import settings
from chalicelib.errors import Forbidden, Unavailable
from chalicelib.models.requests import DaysQuery
from chalicelib.services.accounts import SignedIn
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.mongodb_commands import StartedCommandListener

MakeWiring = Callable[..., Wiring]


class ReadPreferences(StartedCommandListener):
    """{collection: the read preference of the last query on it}."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.of[event.command["find"]] = event.command.get("$readPreference", {}).get("mode", "primary")


@pytest.fixture
def preferences() -> ReadPreferences:
    return ReadPreferences()


@pytest.fixture
def observed(environment: dict[str, str], preferences: ReadPreferences, ada: SignedIn) -> Iterator[Wiring]:
    """A wiring of which Ada is an administrator."""
    loaded = settings.load(environment | {"ADMIN_EMAILS": ada.user.emailId.upper()})
    wiring = Wiring(loaded, mongo_listeners=[preferences])
    yield wiring
    wiring.close()


def test_only_analytics_are_read_from_a_secondary(
    observed: Wiring, preferences: ReadPreferences, ada: SignedIn
) -> None:
    observed.redis.delete(f"user:{ada.user.userId}")
    assert len(observed.analytics.daily(ada.credentials, DaysQuery()).days) == 7
    assert preferences.of == {"users": "primary", "analytics_daily": "secondaryPreferred"}


def test_analytics_are_the_same_without_redis(make_wiring: MakeWiring, observed: Wiring, ada: SignedIn) -> None:
    without_redis = make_wiring(ADMIN_EMAILS=ada.user.emailId, REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    long_ago = DaysQuery(last=date(2026, 1, 31))
    expected = observed.analytics.daily(ada.credentials, long_ago)
    assert without_redis.analytics.daily(ada.credentials, long_ago) == expected


def test_analytics_without_mongodb_are_unavailable(make_wiring: MakeWiring, ada: SignedIn) -> None:
    mongodb_uri = f"mongodb://127.0.0.1:{CLOSED_PORT}/devconnect"
    without_mongodb = make_wiring(ADMIN_EMAILS=ada.user.emailId, MONGODB_URI=mongodb_uri)
    with pytest.raises(Unavailable):
        without_mongodb.analytics.daily(ada.credentials, DaysQuery())


def test_without_admin_emails_nobody_is_an_administrator(make_wiring: MakeWiring, ada: SignedIn) -> None:
    with pytest.raises(Forbidden):
        make_wiring(ADMIN_EMAILS="").analytics.daily(ada.credentials, DaysQuery())
