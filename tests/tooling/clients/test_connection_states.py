"""Both clients go from state to state as docs/protocol/client-states.json says, on a service that plays every part."""

import asyncio

import pytest

from tests.support.client_kinds import Clients
from tests.tooling.clients.happenings import HAPPENINGS
from tests.tooling.clients.stage import RETRY_AFTER, SEEN, staged
from tests.tooling.clients.state_table import Transition, machine

CONNECTION = machine("connection")


@pytest.mark.parametrize("transition", CONNECTION.transitions, ids=str)
def test_a_client_goes_to_the_state_of_the_table(clients: Clients, transition: Transition) -> None:
    async def scenario() -> None:
        async with staged(clients) as stage:
            for step in [*CONNECTION.path_to(transition.before), transition]:
                await HAPPENINGS[step.on](stage)
                await SEEN[step.after](stage)
            if transition.waits_for.startswith("retryAfter"):
                assert stage.retry_in >= RETRY_AFTER

    asyncio.run(scenario())


def test_every_state_is_reached_and_every_row_is_of_the_table() -> None:
    named = {state for each in CONNECTION.transitions for state in (each.before, each.after)}
    assert named == CONNECTION.states.keys() == SEEN.keys()
    assert {each.on for each in CONNECTION.transitions} == HAPPENINGS.keys()
