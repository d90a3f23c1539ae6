"""Clients send as much as they can, and the messages of others arrive; whoever goes on is closed."""

from collections.abc import Callable

import pytest

from tests.e2e.clients import Person
from tests.e2e.people import MakePerson
from tests.resilience.hostile.flooding import (
    FLOODS,
    PER_MINUTE,
    floods_of_many,
    floods_of_ten_sockets,
    nearly_used_up,
)
from tests.resilience.hostile.other_pair import talk_beside

FLOODERS = 3


@pytest.mark.parametrize("flooding", FLOODS, ids=lambda flooding: flooding.__name__)
def test_a_flood_keeps_no_other_pair_waiting(
    make_person: MakePerson, environment: dict[str, str], flooding: Callable[[Person, Person], None]
) -> None:
    ada, bob, flooder, receiver = [make_person("Ada") for _ in range(4)]
    if flooding is floods_of_ten_sockets:
        nearly_used_up(environment["REDIS_URL"], flooder)
    talk_beside(lambda: flooding(flooder, receiver), ada, bob, flooding.__name__)


@pytest.mark.parametrize("size", [300, pytest.param(1_500, marks=pytest.mark.faults)])
def test_floods_of_many_users_keep_no_other_pair_waiting(
    make_person: MakePerson, environment: dict[str, str], size: int
) -> None:
    ada, bob, receiver = [make_person("Ada") for _ in range(3)]
    flooders = [make_person("Mallory") for _ in range(FLOODERS)]
    if size < PER_MINUTE:
        for flooder in flooders:
            nearly_used_up(environment["REDIS_URL"], flooder)

    talk_beside(lambda: floods_of_many(flooders, receiver, size), ada, bob, f"{FLOODERS} floods at once")
