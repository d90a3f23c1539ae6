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
from tests.support.client_kinds import CLIENTS, Clients
from tests.support.typescript.build import require_node


@pytest.fixture
def people(system: RunningSystem) -> Iterator[People]:
    ada, bob = (sign_up(system, name) for name in ("Ada", "Bob"))
    yield ada, bob
    ada.http.close()
    bob.http.close()


@pytest.fixture(params=sorted(CLIENTS))
def clients(request: pytest.FixtureRequest) -> Clients:
    """Each test runs with both clients, and is skipped for the one that cannot run here."""
    kind: str = request.param
    if kind == "typescript":
        require_node()
    return CLIENTS[kind]


@pytest.fixture(name="play")
def play_with_people(clients: Clients, system: RunningSystem, people: People) -> Play:
    """A function that plays a scenario with two users of this test."""
    return partial(play, clients, system, people)


@pytest.fixture
def gateway(tmp_path: Path, environment: dict[str, str]) -> OwnGateway:
    app_dir = tmp_path / "app"
    shutil.copytree(CHECKOUT / "chalicelib", app_dir / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "app.py", app_dir)
    return OwnGateway(app_dir, tmp_path, environment)
