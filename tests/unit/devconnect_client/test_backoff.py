"""The delays between attempts to connect."""

import random

import pytest

from devconnect_client.backoff import Backoff
from devconnect_client.timings import Timings

TIMINGS = Timings(first_delay=1.0, longest_delay=8.0, stable=30.0)


@pytest.fixture
def ranges(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """The ranges from which delays were drawn."""
    drawn: list[tuple[float, float]] = []

    def uniform(least: float, most: float) -> float:
        drawn.append((least, most))
        return most

    monkeypatch.setattr(random, "uniform", uniform)
    return drawn


def test_delays_double_up_to_the_longest_and_are_drawn_from_zero_on(ranges: list[tuple[float, float]]) -> None:
    backoff = Backoff(TIMINGS)
    assert [backoff.delay() for _ in range(2_000)][:6] == [1, 2, 4, 8, 8, 8]
    assert {least for least, _ in ranges} == {0}


@pytest.mark.usefixtures("ranges")
def test_only_a_connection_that_was_stable_resets_the_delay() -> None:
    backoff = Backoff(TIMINGS)
    assert [backoff.delay(lasted) for lasted in (0, 0, 29.9, 30, 0)] == [1, 2, 4, 1, 2]
