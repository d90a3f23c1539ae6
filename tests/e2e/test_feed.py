"""The feed: which users it shows, and in which order.

Two functions that create users in the same second make userIds that are not in order of time, so these tests expect
no order among the users that they sign up.
"""

import pytest

from tests.e2e.clients import Person
from tests.e2e.people import MakePerson
from tests.e2e.steps import answer, connect, request


def page(person: Person, **query: str | int) -> list[str]:
    """Returns the userIds of a page."""
    return [user["userId"] for user in person.get("/api/feed", **query).json()["users"]]


def shown(person: Person, *people: Person) -> set[str]:
    """Returns the userIds of those of `people`, all of them new users, who are in the feed."""
    return set(page(person, limit=100)) & ids(*people)


def ids(*people: Person) -> set[str]:
    return {person.user_id for person in people}


def test_the_newest_users_come_first(ada: Person, make_person: MakePerson) -> None:
    carol, dave = make_person("Carol"), make_person("Dave")
    dave.patch("/api/profile", {"photoUrl": "https://example.org/d.png"})
    feed = ada.get("/api/feed", limit=100)
    assert feed.status_code == 200
    assert set(feed.json()) == {"users", "hasMore"}
    users = feed.json()["users"]
    assert {
        "userId": dave.user_id,
        "firstName": "Dave",
        "lastName": "Lovelace",
        "photoUrl": "https://example.org/d.png",
    } in users
    assert {"userId": carol.user_id, "firstName": "Carol", "lastName": "Lovelace", "photoUrl": None} in users
    assert users == sorted(users, key=lambda user: str(user["userId"]), reverse=True)


def test_users_with_any_connection_to_the_user_are_not_shown(ada: Person, make_person: MakePerson) -> None:
    stranger, *met = [make_person(f"P{number}") for number in range(7)]
    asked, ignored, asking, refused, accepted, ignoring = met
    assert shown(ada, stranger, *met) == ids(stranger, *met)
    request(ada, asked)
    request(ada, ignored, "ignored")
    request(asking, ada)
    request(refused, ada)
    answer(ada, refused, "rejected")
    connect(ada, accepted)
    request(ignoring, ada, "ignored")
    connect(stranger, asked)  # a connection between two other users
    # Whoever was missing would be known to ignore this user.
    assert shown(ada, stranger, *met) == ids(stranger, ignoring)
    assert shown(stranger, ada, *met) == ids(ada, *met) - ids(asked)


def test_blocked_users_and_blockers_are_not_shown(ada: Person, make_person: MakePerson) -> None:
    stranger, blocked, blocker = (make_person(name) for name in ("Stranger", "Blocked", "Blocker"))
    ada.post(f"/api/blocks/{blocked.user_id}")
    blocker.post(f"/api/blocks/{ada.user_id}")
    assert shown(ada, stranger, blocked, blocker) == ids(stranger)
    assert shown(stranger, ada, blocked, blocker) == ids(ada, blocked, blocker)
    ada.delete(f"/api/blocks/{blocked.user_id}")
    assert shown(ada, stranger, blocked, blocker) == ids(stranger, blocked)


def test_users_are_not_shown_to_themselves(ada: Person, bob: Person) -> None:
    assert shown(bob, ada, bob) == ids(ada)


def test_each_page_begins_where_the_previous_one_ended(ada: Person, make_person: MakePerson) -> None:
    met = [make_person(f"P{number}") for number in range(5)][2]
    request(ada, met)
    first = page(ada, limit=2)
    second = page(ada, limit=2, before=first[-1])
    assert first + second == page(ada, limit=4)
    assert page(ada, limit=1, before=met.user_id) == page(ada, limit=100, before=met.user_id)[:1]
    assert ada.get("/api/feed", before="0" * 24).json() == {"users": [], "hasMore": False}


def test_has_more_is_exact(ada: Person, make_person: MakePerson) -> None:
    for number in range(2):
        make_person(f"P{number}")
    everybody = ada.get("/api/feed", limit=100).json()
    while everybody["hasMore"]:
        everybody = ada.get("/api/feed", limit=100, before=everybody["users"][-1]["userId"]).json()
    [*_, last_but_one, last] = everybody["users"]
    assert ada.get("/api/feed", limit=1, before=last_but_one["userId"]).json() == {"users": [last], "hasMore": False}
    before = f"{int(last_but_one['userId'], 16) + 1:024x}"
    assert ada.get("/api/feed", limit=1, before=before).json() == {"users": [last_but_one], "hasMore": True}


@pytest.mark.parametrize(
    ("query", "name"),
    [({"before": "x"}, "before"), ({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"after": 1}, "after")],
)
def test_a_wrong_parameter_is_named(ada: Person, query: dict[str, str | int], name: str) -> None:
    refused = ada.get("/api/feed", **query)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, [name])
