from collections.abc import Callable, Iterator
from functools import partial

import pytest

from infra.local.running import RunningSystem
from tests.e2e.clients import sign_up
from tests.recovery.scene import People, Scenario, play

Play = Callable[[Scenario], None]


@pytest.fixture
def people(system: RunningSystem) -> Iterator[People]:
    ada, bob = (sign_up(system.rest_url, system.websocket_url, name) for name in ("Ada", "Bob"))
    yield ada, bob
    ada.http.close()
    bob.http.close()


@pytest.fixture(name="play")
def play_with_people(system: RunningSystem, people: People) -> Play:
    """Plays a scenario with two users of this test."""
    return partial(play, system, people)
