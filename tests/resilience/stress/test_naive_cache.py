"""The races can be lost: where a cache is filled without a lease, the same players find a stale copy."""

import random
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.security.tokens import Credentials
from chalicelib.wiring import Wiring
from tests.resilience.stress.fixture_types import MakePeople
from tests.resilience.stress.naive import NaiveWiring
from tests.resilience.stress.profile_edits import Editor, ProfileReader, numbers_of
from tests.resilience.stress.race import Tally, open_wiring, playing
from tests.resilience.stress.shared_numbers import SharedNumbers
from tests.support.waiting import eventually

PATIENCE = 30.0
FIND_USER = b"\x02find\x00\x06\x00\x00\x00users\x00"
"""`{find: "users"}` in BSON."""


class HeldFill:
    """Holds up the reply to the first read of a user until it is let go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, request: bytes) -> None:
        if FIND_USER in request and not self.reached.is_set():
            self.reached.set()
            assert self.let_go.wait(PATIENCE)


@dataclass(frozen=True)
class EditorOnCall:
    """Edits a profile once the number at `called` is set, and resets it."""

    people: tuple[Credentials, ...]
    called: int
    slow: bool = False

    def step(self, wiring: Wiring, numbers: SharedNumbers, _rng: random.Random, _tally: Tally) -> None:
        if numbers[self.called]:
            numbers[self.called] = 0
            Editor(self.people).edit(0, wiring, numbers)
        time.sleep(0.001)


@pytest.mark.parametrize(("wiring_type", "stale_reads"), [(NaiveWiring, 1), (Wiring, 0)])
def test_an_edit_during_a_fill_leaves_a_stale_copy_only_without_a_lease(
    wiring: Wiring,
    loaded_environment: dict[str, str],
    make_people: MakePeople,
    tmp_path: Path,
    wiring_type: type[Wiring],
    stale_reads: int,
) -> None:
    people = make_people(1)
    called = numbers_of(people)
    reader = ProfileReader(people)
    fill, tally, rng = HeldFill(), Tally(), random.Random()
    with (
        playing([EditorOnCall(people, called)], loaded_environment, tmp_path, numbers=called + 1) as performance,
        open_wiring(loaded_environment, fill, wiring_type) as readers_wiring,
    ):
        numbers = performance.numbers
        wiring.redis.delete(f"user:{people[0].user_id}")
        slow_read = threading.Thread(target=reader.step, args=(readers_wiring, numbers, rng, tally))
        slow_read.start()
        assert fill.reached.wait(PATIENCE)
        numbers[called] = 1
        eventually(lambda: numbers[0] == 1, what="the edit")
        fill.let_go.set()
        slow_read.join()
        assert not tally.wrong  # this read began before the edit was acknowledged
        reader.step(readers_wiring, numbers, rng, tally)
    assert tally.reads == 2
    assert len(tally.wrong) == stale_reads
