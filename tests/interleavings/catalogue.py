"""All scenarios, in the order in which they are printed."""

from tests.interleavings.exploration import Scenario
from tests.interleavings.scenarios import (
    accounts,
    changes,
    copies,
    events,
    messages,
    moderation,
    moves,
    passwords,
    presence,
    requests,
    sockets,
)

SCENARIOS: tuple[Scenario, ...] = (
    *copies.SCENARIOS,
    *messages.SCENARIOS,
    *requests.SCENARIOS,
    *moves.SCENARIOS,
    *changes.SCENARIOS,
    *passwords.SCENARIOS,
    *accounts.SCENARIOS,
    *moderation.SCENARIOS,
    *sockets.SCENARIOS,
    *events.SCENARIOS,
    *presence.SCENARIOS,
)


def scenario_of(name: str) -> Scenario:
    """The scenario of this name. Raises KeyError where there is none."""
    return {scenario.name: scenario for scenario in SCENARIOS}[name]
