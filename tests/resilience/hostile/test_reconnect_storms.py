"""A crowd of sockets that connects at once, vanishes without a word, and comes again."""

import asyncio
from collections import Counter

import pytest

from infra.local.running import RunningSystem
from tests.e2e.clients import Person, sign_up
from tests.resilience.hostile.crowd import crowd
from tests.resilience.hostile.memory import check_bounded, resident
from tests.resilience.hostile.other_pair import talk_beside
from tests.support.waiting import eventually

ROUNDS = 2
TOO_MANY = 429
"""What API Gateway answers to connects beyond its quota: 500 new ones a second."""


async def storm(person: Person, size: int) -> Counter[int]:
    """Lets the crowd come and vanish, several times. Returns how often each status was answered."""
    answered: Counter[int] = Counter()
    for _ in range(ROUNDS):
        async with crowd(person, size) as (_sockets, statuses):
            answered += statuses
    return answered


@pytest.mark.parametrize("size", [60, pytest.param(2_000, marks=[pytest.mark.faults, pytest.mark.timeout(900)])])
def test_a_storm_of_connects_keeps_no_other_pair_waiting(open_system: RunningSystem, size: int) -> None:
    ada, bob, crowded = (sign_up(open_system) for _ in range(3))
    answered: Counter[int] = Counter()

    def attack() -> None:
        answered.update(asyncio.run(storm(crowded, size)))

    talk_beside(attack, ada, bob, f"{ROUNDS} storms of {size} sockets")
    first = resident(open_system)
    attack()
    check_bounded(first, resident(open_system))
    assert answered.total() == 2 * ROUNDS * size
    assert answered.keys() <= {101, TOO_MANY}
    assert answered[101] >= size
    # All of them are gone, and so is whoever they were of.
    eventually(lambda: not ada.is_online(crowded), seconds=120, what="the crowd is offline")
    for person in (ada, bob, crowded):
        person.http.close()
