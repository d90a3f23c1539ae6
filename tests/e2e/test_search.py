"""The search for people: whom it finds by names and skills, and whom it hides."""

import pytest

from tests.e2e.clients import Person
from tests.e2e.people import MakePerson
from tests.e2e.steps import connect


def found(person: Person, **query: str | int) -> set[str]:
    """Returns the userIds of all pages of a search."""
    users: set[str] = set()
    answer = person.get("/api/search", **query)
    while True:
        assert answer.status_code == 200, answer.text
        users |= {user["userId"] for user in answer.json()["users"]}
        if not answer.json()["hasMore"]:
            return users
        answer = person.get("/api/search", **{**query, "cursor": answer.json()["next"]})


def ids(*people: Person) -> set[str]:
    return {person.user_id for person in people}


def test_a_name_is_found_by_its_beginning_without_accents_and_case(ada: Person, make_person: MakePerson) -> None:
    jose, joseph, other = make_person("Jos\u00e9"), make_person("JOSEPH"), make_person("Marijo")
    assert found(ada, q="jose") & ids(jose, joseph, other) == ids(jose, joseph)
    assert found(ada, q="JOSE\u0301 love") & ids(jose, joseph, other) == ids(jose, joseph)
    assert found(ada, q="josep") & ids(jose, joseph, other) == ids(joseph)


def test_all_words_and_skills_must_match(ada: Person, make_person: MakePerson) -> None:
    skill = f"Cobol {ada.user_id}"
    grace, linus = make_person("Grace"), make_person("Linus")
    grace.patch("/api/profile", {"skills": [skill, "C++"]})
    linus.patch("/api/profile", {"skills": [skill, "C"]})
    assert found(ada, skills=skill.upper()) == ids(grace, linus)
    assert found(ada, skills=f"{skill},c++") == ids(grace)
    assert found(ada, q="lin", skills=skill) == ids(linus)
    assert found(ada, q="nobody", skills=skill) == set()


def test_a_changed_profile_is_found_by_what_it_says_now(ada: Person, make_person: MakePerson) -> None:
    skill, newer = f"Fortran {ada.user_id}", f"Julia {ada.user_id}"
    grace = make_person("Grace")
    grace.patch("/api/profile", {"skills": [skill]})
    grace.patch("/api/profile", {"skills": [newer], "firstName": "Zelda"})
    assert found(ada, skills=skill) == set()
    assert found(ada, skills=newer, q="zelda love") == ids(grace)
    assert found(ada, skills=newer, q="grace") == set()


def test_a_card_shows_what_a_profile_shows(ada: Person, make_person: MakePerson) -> None:
    skill = f"Ada {ada.user_id}"
    grace = make_person("Grace")
    profile = {"about": "Hi", "skills": [skill], "photoUrl": "https://example.org/g.png", "age": 40, "gender": "female"}
    grace.patch("/api/profile", profile)
    names = {"userId": grace.user_id, "firstName": "Grace", "lastName": "Lovelace"}
    answer = ada.get("/api/search", skills=skill).json()
    assert answer == {"users": [{**names, **profile}], "hasMore": False, "next": None}


def test_a_page_goes_on_where_the_previous_one_ended(ada: Person, make_person: MakePerson) -> None:
    skill = f"Prolog {ada.user_id}"
    people = [make_person(f"P{number}") for number in range(3)]
    for person in people:
        person.patch("/api/profile", {"skills": [skill]})
    first = ada.get("/api/search", skills=skill, limit=2).json()
    second = ada.get("/api/search", skills=skill, limit=2, cursor=first["next"]).json()
    assert (len(first["users"]), first["hasMore"]) == (2, True)
    assert (len(second["users"]), second["hasMore"], second["next"]) == (1, False, None)
    assert {user["userId"] for user in first["users"] + second["users"]} == ids(*people)


def test_nobody_with_a_block_in_either_direction_is_found(ada: Person, make_person: MakePerson) -> None:
    """For whoever is blocked, it looks as if there were no such user."""
    skill = f"Lisp {ada.user_id}"
    blocked, blocker, friend = (make_person(name) for name in ("Blocked", "Blocker", "Friend"))
    for person in (ada, blocked, blocker, friend):
        person.patch("/api/profile", {"skills": [skill]})
    connect(ada, friend)
    assert found(ada, skills=skill) == ids(blocked, blocker, friend)
    ada.post(f"/api/blocks/{blocked.user_id}")
    blocker.post(f"/api/blocks/{ada.user_id}")
    assert found(ada, skills=skill) == ids(friend)
    assert found(blocked, skills=skill) == ids(blocker, friend)
    ada.delete(f"/api/blocks/{blocked.user_id}")
    assert found(ada, skills=skill) == ids(blocked, friend)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "q"),
        ({"q": "..."}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"skills": ","}, "skills"),
        ({"skills": ",".join(map(str, range(11)))}, "skills"),
        ({"q": "a", "cursor": "x"}, "cursor"),
        ({"q": "a", "before": "x"}, "before"),
    ],
)
def test_a_wrong_parameter_is_named(ada: Person, query: dict[str, str], name: str) -> None:
    refused = ada.get("/api/search", **query)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, [name])
