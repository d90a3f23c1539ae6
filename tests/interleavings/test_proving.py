"""What `make prove` does with a scenario: all of it in worker processes, or an honest part of it."""

from tests.interleavings.catalogue import scenario_of
from tests.interleavings.proving import Proven, prove

SCENARIO = scenario_of("move: read, move")


def proven(servers: dict[str, str], *, seconds: float) -> Proven:
    found: list[Proven] = []
    for _event_id in prove(servers, [SCENARIO], workers=2, seconds=seconds, note=found.append):
        pass
    [only] = found
    return only


def test_all_orders_and_all_deaths_of_a_scenario_are_run(servers: dict[str, str]) -> None:
    found = proven(servers, seconds=200)
    assert found.violation is None
    assert found.is_exhausted
    assert found.undisturbed is not None
    assert found.undisturbed.orders == 3  # the tail leaves before, between or after the two reads of the page
    assert found.interleavings > sum(explored.orders for explored in found.explored)
    assert len(found.deaths) == found.undisturbed.commands.total()
    assert all(explored.orders > 0 for explored in found.deaths.values())


def test_what_does_not_fit_into_the_time_is_not_called_all(servers: dict[str, str]) -> None:
    found = proven(servers, seconds=0)
    assert not found.is_exhausted
    assert found.violation is None
    assert sum(explored.orders for explored in found.explored) == 0
