"""The process of a function is killed after its write: the stored event is published, and has its effect once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.models.fields import MAX_PAGE
from chalicelib.stores.message_moves import KEEP, MOVE_EVERY
from chalicelib.wiring import Wiring
from infra.local.running import RunningSystem, running_system
from infra.local.state import CHECKOUT
from tests.resilience.faults.books import auditing
from tests.resilience.faults.dying_sender import POINTS
from tests.resilience.faults.reporting import runs, say
from tests.support.stored_messages import stored_messages
from tests.support.system import LOADED

pytestmark = pytest.mark.faults

DEATHS = runs("FAULTS_FUNCTION_DEATHS", 5)


@pytest.fixture(scope="module")
def own_system(directory: Path, no_servers: dict[str, str]) -> Iterator[RunningSystem]:
    with running_system(directory, {**no_servers, **LOADED}) as running:
        yield running


@pytest.mark.parametrize("point", POINTS)
def test_the_event_of_a_function_that_died_has_its_effect_once(own_system: RunningSystem, point: str) -> None:
    with auditing(own_system.environment) as auditor:
        before = auditor.settled().stored
        for _ in range(DEATHS):
            died = subprocess.run(
                [sys.executable, "-m", "tests.resilience.faults.dying_sender", point],
                cwd=CHECKOUT,
                env=os.environ | own_system.environment | LOADED,
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert died.returncode == -signal.SIGKILL, died.stderr
        say(f"{DEATHS} functions killed {point}, {auditor.pending()} events pending")
        if point == "before-publish":  # nobody can have confirmed these yet
            assert auditor.pending() == DEATHS
        after = auditor.settled()
        say(after.summary())
    assert len(after.stored) == len(before) + DEATHS * (KEEP + MOVE_EVERY if "move" in point else 1)
    after.check()
    with closing(Wiring(settings.load(own_system.environment))) as wiring:
        messages = stored_messages(wiring.mongo.database)
        for conversation_id in {message["conversationId"] for message in messages}:
            history = wiring.message_store.page(conversation_id, before=None, after=0, limit=MAX_PAGE).messages
            assert [message.seq for message in history] == list(range(1, len(history) + 1))
            assert len(history) == len([one for one in messages if one["conversationId"] == conversation_id])
