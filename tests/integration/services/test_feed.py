"""A page of the feed reads the newest users by index, and no further than the page needs."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.monitoring import CommandStartedEvent

from chalicelib import settings
from chalicelib.errors import Unavailable
from chalicelib.models.requests import PeopleQuery
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.mongodb_commands import StartedCommandListener
from tests.support.users import sign_up

Command = dict[str, Any]  # Any: BSON

_EXPLAINED_PARTS = ("find", "filter", "projection", "sort", "limit", "hint")


class SentQueries(StartedCommandListener):
    """The queries that pymongo sends, in the form that `explain` takes."""

    def __init__(self) -> None:
        self.sent: list[Command] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.sent.append({name: event.command[name] for name in _EXPLAINED_PARTS if name in event.command})


@pytest.fixture
def queries() -> SentQueries:
    return SentQueries()


@pytest.fixture
def observed(environment: dict[str, str], queries: SentQueries) -> Iterator[Wiring]:
    """A wiring whose queries `queries` records."""
    wiring = Wiring(settings.load(environment), mongo_listeners=[queries])
    yield wiring
    wiring.close()


@pytest.fixture
def newest_first(wiring: Wiring) -> list[str]:
    """The userIds of twelve users, the newest first."""
    return [sign_up(wiring).user.userId for _ in range(12)][::-1]


def before_value(user_id: str) -> str:
    """The value of `before` for a page that begins with this user."""
    return f"{int(user_id, 16) + 1:024x}"


def test_a_page_reads_one_more_user_than_it_shows(
    observed: Wiring, queries: SentQueries, newest_first: list[str], ada: NewSession
) -> None:
    page = observed.feed.page(ada.credentials, PeopleQuery(before=before_value(newest_first[0]), limit=5))
    assert [user.userId for user in page.users] == newest_first[:5]
    assert page.hasMore
    assert [query["find"] for query in queries.sent] == ["users", "connections"]
    for query, examined in zip(queries.sent, (6, 0), strict=True):
        explained = observed.mongo.database.command("explain", query, verbosity="executionStats")
        assert explained["executionStats"]["totalDocsExamined"] == examined
        plan = str(explained["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in plan
        assert "COLLSCAN" not in plan
        assert "SORT" not in plan


def test_users_with_a_connection_are_skipped_in_growing_batches(
    observed: Wiring, queries: SentQueries, newest_first: list[str], ada: NewSession
) -> None:
    for user_id in newest_first[:7]:
        observed.connections.request(ada.credentials, user_id, "ignored")
    queries.sent.clear()
    page = observed.feed.page(ada.credentials, PeopleQuery(before=before_value(newest_first[0]), limit=1))
    assert [user.userId for user in page.users] == newest_first[7:8]
    assert page.hasMore
    assert [query["limit"] for query in queries.sent if query["find"] == "users"] == [2, 4, 8]


def test_the_feed_is_the_same_without_redis(wiring: Wiring, without_redis: Wiring, ada: NewSession) -> None:
    query = PeopleQuery(limit=100)
    assert without_redis.feed.page(ada.credentials, query) == wiring.feed.page(ada.credentials, query)


def test_the_feed_without_mongodb_is_unavailable(without_mongodb: Wiring, ada: NewSession) -> None:
    with pytest.raises(Unavailable):
        without_mongodb.feed.page(ada.credentials, PeopleQuery())
