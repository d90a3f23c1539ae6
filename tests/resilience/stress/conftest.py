"""Races on the real servers: they last a second in `make test`, and STRESS_SECONDS in `make stress`."""

import os
import time
from collections.abc import Callable, Iterator

import click
import pytest

from chalicelib import settings
from chalicelib.wiring import Wiring
from tests.resilience.stress.fixture_types import MakePeople, Say
from tests.support.system import UNLIMITED
from tests.support.users import sign_up


@pytest.fixture(scope="session")
def seconds() -> float:
    """How many seconds a race lasts."""
    return float(os.environ.get("STRESS_SECONDS") or 1)


@pytest.fixture
def keep_going(seconds: float) -> Callable[[], None]:
    """A function that returns when the time of a race is over."""
    return lambda: time.sleep(seconds)


@pytest.fixture
def loaded_environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | UNLIMITED


@pytest.fixture
def wiring(loaded_environment: dict[str, str]) -> Iterator[Wiring]:
    made = Wiring(settings.load(loaded_environment))
    yield made
    made.close()


@pytest.fixture
def make_people(wiring: Wiring) -> MakePeople:
    """A function that signs users up, and returns a session of each."""

    return lambda number: tuple(sign_up(wiring).credentials for _ in range(number))


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """A function that prints a sentence also where pytest captures output: how much was read is part of the result."""

    def print_now(sentence: str) -> None:
        with capsys.disabled():
            click.echo(f"\n    {sentence}")

    return print_now
