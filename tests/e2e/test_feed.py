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
    profile = {"about": "I write compilers.", "skills": ["OCaml"], "photoUrl": "https://example.org/d.png", "age": 36}
    dave.patch("/api/profile", profile)
    feed = ada.get("/api/feed", limit=100)
    assert feed.status_code == 200
    assert set(feed.json()) == {"users", "hasMore", "next"}
    users = feed.json()["users"]
    assert {
        "userId": dave.user_id,
        "firstName": "Dave",
        "lastName": "Lovelace",
        **profile,
        "gender": None,
    } in users
    empty: dict[str, object] = {"about": None, "skills": [], "photoUrl": None, "age": None, "gender": None}
    assert {"userId": carol.user_id, "firstName": "Carol", "lastName": "Lovelace", **empty} in users
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
    make_person("Carol")
    make_person("Dave")
    whole = ada.get("/api/feed", limit=3).json()
    assert whole["users"]
    first = ada.get("/api/feed", limit=1).json()
    second = ada.get("/api/feed", limit=2, cursor=first["next"]).json()
    assert first["users"] + second["users"] == whole["users"]


def test_the_last_page_has_no_next_one(ada: Person, make_person: MakePerson) -> None:
    make_person("Carol")
    feed = ada.get("/api/feed", limit=100).json()
    while feed["hasMore"]:
        feed = ada.get("/api/feed", limit=100, cursor=feed["next"]).json()
    assert feed["users"]
    assert feed["next"] is None


def test_users_who_share_skills_come_first(ada: Person, make_person: MakePerson) -> None:
    skill = f"Esperanto {ada.user_id}"
    skilled = make_person("Skilled")
    make_person("Newer")
    for person in (ada, skilled):
        person.patch("/api/profile", {"skills": [skill]})
    assert page(ada, limit=1) == [skilled.user_id]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"cursor": "x"}, "cursor"),
        ({"cursor": f"{'0' * 8}.{'0' * 24}"}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"before": 1}, "before"),
    ],
)
def test_a_wrong_parameter_is_named(ada: Person, query: dict[str, str | int], name: str) -> None:
    refused = ada.get("/api/feed", **query)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, [name])
