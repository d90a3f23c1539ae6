"""The people of an end-to-end test: fixtures that sign them up. A conftest loads them by importing them."""

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.clients import Person, sign_up
from tests.support.system import System

MakePerson = Callable[[str], Person]


@pytest.fixture
def make_person(system: System) -> Iterator[MakePerson]:
    """Signs people up; their connections are closed after the test."""
    people: list[Person] = []

    def make(first_name: str) -> Person:
        people.append(sign_up(system, first_name))
        return people[-1]

    yield make
    for person in people:
        person.http.close()


@pytest.fixture
def ada(make_person: MakePerson) -> Person:
    return make_person("Ada")


@pytest.fixture
def bob(make_person: MakePerson) -> Person:
    return make_person("Bob")
