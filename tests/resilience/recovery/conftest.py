import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from infra.local.running import RunningSystem
from infra.local.state import CHECKOUT
from tests.e2e.clients import sign_up
from tests.resilience.recovery.own_gateway import OwnGateway
from tests.resilience.recovery.scene import People, Play, play


@pytest.fixture
def people(system: RunningSystem) -> Iterator[People]:
    ada, bob = (sign_up(system, name) for name in ("Ada", "Bob"))
    yield ada, bob
    ada.http.close()
    bob.http.close()


@pytest.fixture(name="play")
def play_with_people(system: RunningSystem, people: People) -> Play:
    """A function that plays a scenario with two users of this test."""
    return partial(play, system, people)


@pytest.fixture
def gateway(tmp_path: Path, environment: dict[str, str]) -> OwnGateway:
    app_dir = tmp_path / "app"
    shutil.copytree(CHECKOUT / "chalicelib", app_dir / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "app.py", app_dir)
    return OwnGateway(app_dir, tmp_path, environment)
