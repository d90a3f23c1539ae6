"""The feed: what a page reads, whom it shows first, and that the pages of one feed follow one list."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.monitoring import CommandStartedEvent

from chalicelib import settings
from chalicelib.errors import BadRequest, Unavailable
from chalicelib.models.requests import FeedQuery, ProfileChange
from chalicelib.services.accounts import NewSession
from chalicelib.stores.feed_lists import KEPT_LISTS
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
    page = observed.feed_store.strangers(ada.user.userId, [], before=before_value(newest_first[0]), limit=6)
    assert [user.userId for user in page] == newest_first[:6]
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
    page = observed.feed_store.strangers(ada.user.userId, [], before=before_value(newest_first[0]), limit=2)
    assert [user.userId for user in page] == newest_first[7:9]
    assert [query["limit"] for query in queries.sent if query["find"] == "users"] == [2, 4, 8]


def test_the_feed_is_the_same_without_redis(wiring: Wiring, without_redis: Wiring, ada: NewSession) -> None:
    query = FeedQuery(limit=100)
    assert without_redis.feed.page(ada.credentials, query) == wiring.feed.page(ada.credentials, query)


def with_skills(wiring: Wiring, *skills: str) -> NewSession:
    """A new user with these skills."""
    session = sign_up(wiring)
    wiring.profiles.change(session.credentials, ProfileChange(skills=list(skills)))
    return session


def connect(wiring: Wiring, one: NewSession, other: NewSession) -> None:
    wiring.connections.request(one.credentials, other.user.userId, "interested")
    wiring.connections.answer(other.credentials, one.user.userId, "accepted")


def feed_of(wiring: Wiring, reader: NewSession, number: int, limit: int = 50) -> list[str]:
    """The userIds of the first `number` users of a feed that is read in pages of `limit`."""
    users: list[str] = []
    cursor = None
    while len(users) < number:
        page = wiring.feed.page(reader.credentials, FeedQuery(cursor=cursor, limit=limit))
        users += [user.userId for user in page.users]
        cursor = page.next
        if cursor is None:
            break
    return users[:number]


def test_those_who_share_most_come_first(wiring: Wiring) -> None:
    """Each shared skill and each shared connection counts one; of equals the newer account is first."""
    rust, go = (f"{name}-{secrets.token_hex(4)}" for name in ("Rust", "Go"))
    reader, friend, other_friend = with_skills(wiring, rust, go), sign_up(wiring), sign_up(wiring)
    for each in (friend, other_friend):
        connect(wiring, reader, each)
    both = with_skills(wiring, rust.upper(), go)
    one_of_each = with_skills(wiring, go)
    known_to_friend = sign_up(wiring)
    everything = with_skills(wiring, rust, go)
    connect(wiring, one_of_each, friend)
    connect(wiring, known_to_friend, friend)
    connect(wiring, everything, friend)
    connect(wiring, everything, other_friend)
    stranger = sign_up(wiring)
    ranked = feed_of(wiring, reader, 5)
    assert ranked[0] == everything.user.userId
    assert set(ranked[1:3]) == {both.user.userId, one_of_each.user.userId}
    assert ranked[3] == known_to_friend.user.userId
    assert ranked[4] == stranger.user.userId


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_nobody_is_twice_or_missed_while_the_ranking_changes(wiring: Wiring, limit: int) -> None:
    """While the pages are read, users gain the reader's skill and sign up, and one who was shown is met."""
    skill = f"Skill {secrets.token_hex(4)}"
    reader = with_skills(wiring, skill)
    plain = [sign_up(wiring) for _ in range(6)]
    skilled = [with_skills(wiring, skill) for _ in range(5)]
    expected = {person.user.userId for person in (*plain, *skilled)}
    shown: list[str] = []
    cursor = None
    while not expected <= set(shown):
        page = wiring.feed.page(reader.credentials, FeedQuery(cursor=cursor, limit=limit))
        assert page.users
        shown += [user.userId for user in page.users]
        cursor = page.next
        someone = plain[len(shown) % len(plain)]
        wiring.profiles.change(someone.credentials, ProfileChange(skills=[skill]))
        with_skills(wiring, skill)
        if len(shown) == limit:
            wiring.connections.request(reader.credentials, shown[0], "interested")
        assert cursor is not None or expected <= set(shown)
    assert len(shown) == len(set(shown))
    assert set(shown[:5]) == {person.user.userId for person in skilled}


def test_a_feed_that_is_begun_anew_is_ranked_again_where_the_skills_have_changed(wiring: Wiring) -> None:
    skill = f"Skill {secrets.token_hex(4)}"
    skilled = with_skills(wiring, skill).user.userId
    reader = sign_up(wiring)
    sign_up(wiring)
    assert feed_of(wiring, reader, 1) != [skilled]
    wiring.profiles.change(reader.credentials, ProfileChange(skills=[skill]))
    assert feed_of(wiring, reader, 1) == [skilled]


def test_a_fresh_list_is_used_again(observed: Wiring, queries: SentQueries, ada: NewSession) -> None:
    observed.feed.page(ada.credentials, FeedQuery(limit=1))
    queries.sent.clear()
    observed.feed.page(ada.credentials, FeedQuery(limit=1))
    assert [query["find"] for query in queries.sent] == ["feeds", "users", "connections"]


def test_of_the_lists_of_one_user_the_newest_are_kept(wiring: Wiring, ada: NewSession) -> None:
    lists = [wiring.feed_lists.add(ada.user.userId, [], []) for _ in range(KEPT_LISTS + 1)]
    kept = [each["listId"] for each in lists if wiring.feed_lists.find(ada.user.userId, each["listId"])]
    assert kept == [each["listId"] for each in lists[1:]]
    with pytest.raises(BadRequest) as refused:
        wiring.feed.page(ada.credentials, FeedQuery(cursor=f"{lists[0]['listId']}.{ada.user.userId}"))
    assert list(refused.value.fields) == ["cursor"]


def test_the_list_of_another_user_is_refused(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    of_bob = wiring.feed_lists.add(bob.user.userId, [], [])
    with pytest.raises(BadRequest):
        wiring.feed.page(ada.credentials, FeedQuery(cursor=f"{of_bob['listId']}.{ada.user.userId}"))


def test_whoever_blocks_after_the_ranking_is_not_shown(wiring: Wiring) -> None:
    skill = f"Skill {secrets.token_hex(4)}"
    reader, blocker, blocked = (with_skills(wiring, skill) for _ in range(3))
    assert set(feed_of(wiring, reader, 2)) == {blocker.user.userId, blocked.user.userId}
    wiring.blocks.block(blocker.credentials, reader.user.userId)
    wiring.blocks.block(reader.credentials, blocked.user.userId)
    assert not set(feed_of(wiring, reader, 100)) & {blocker.user.userId, blocked.user.userId}


def test_the_feed_without_mongodb_is_unavailable(without_mongodb: Wiring, ada: NewSession) -> None:
    with pytest.raises(Unavailable):
        without_mongodb.feed.page(ada.credentials, FeedQuery())
