"""The smallest scenarios: all orders, and the first one with each death. `make prove` runs all orders of all."""

import pytest

from tests.interleavings.catalogue import SCENARIOS
from tests.interleavings.exploration import Scenario, explore
from tests.interleavings.people import People
from tests.interleavings.proving import deaths_of
from tests.interleavings.world import World

WITH_A_DEATH = 1
"""How many orders are run with each death."""

SMALL = [scenario for scenario in SCENARIOS if scenario.is_small]


@pytest.mark.parametrize("scenario", SMALL, ids=lambda scenario: scenario.name)
def test_no_order_of_commands_and_no_death_breaks_an_invariant(
    world: World, people: People, scenario: Scenario
) -> None:
    undisturbed = explore(world, people, scenario)
    assert undisturbed.violation is None, undisturbed.violation
    assert undisturbed.orders > 1
    for death in deaths_of(undisturbed):
        explored = explore(world, people, scenario, death, most=WITH_A_DEATH)
        assert explored.violation is None, explored.violation
        assert explored.orders > 0
