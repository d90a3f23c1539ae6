"""The whole system of `make run`: what dies comes back, and a stop leaves nothing."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.running import RunningSystem, running_system
from tests.e2e.clients import Person, sign_up
from tests.gateway.running import children
from tests.local.ending import wait_for_end
from tests.waiting import eventually

NAMES = ["redis", "mongodb", "kafka", "gateway", "consumer"]


@pytest.fixture(scope="module")
def own_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system that these tests may harm."""
    with running_system(tmp_path_factory.mktemp("system"), os.environ | {"BCRYPT_ROUNDS": "4"}) as running:
        yield running


@pytest.fixture(scope="module")
def ada(own_system: RunningSystem) -> Iterator[Person]:
    person = sign_up(own_system.rest_url, own_system.websocket_url)
    yield person
    person.http.close()


def is_ready(system: RunningSystem) -> bool:
    try:
        return bool(httpx.get(system.rest_url + "/api/health/ready", timeout=5).json()["status"] == "ok")
    except (httpx.TransportError, ValueError):
        return False


@pytest.mark.parametrize("name", NAMES)
def test_a_process_that_is_killed_comes_back(own_system: RunningSystem, ada: Person, name: str) -> None:
    log = Path(own_system.entry("consumer").log)
    joined = log.read_text().count("consumer is ready")
    killed = own_system.entry(name).pid
    os.kill(killed, signal.SIGKILL)
    wait_for_end(killed)
    eventually(lambda: own_system.entry(name).pid != killed, seconds=20, what=f"another {name}")
    if name == "consumer":
        eventually(
            lambda: log.read_text().count("consumer is ready") > joined, seconds=20, what="a member of the group"
        )
    eventually(lambda: is_ready(own_system), seconds=20, what=f"the system with another {name}")
    assert f"{name} was ended by signal 9" in own_system.log.read_text()
    # Nothing is lost: not the session, not the profile, not the way to write.
    about = f"after {name} died"
    assert ada.patch("/api/profile", {"about": about}).status_code == 200
    assert ada.get("/api/profile").json()["about"] == about


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    with running_system(tmp_path) as system:
        pids = {system.supervisor.pid} | {system.entry(name).pid for name in NAMES}
        pids |= children(system.entry("gateway").pid)
        pids |= {grandchild for child in tuple(pids) for grandchild in children(child)}
        assert len(pids) >= 1 + len(NAMES) + 1 + 2  # a zygote and two workers
        system.supervisor.send_signal(how)
        assert system.supervisor.wait(timeout=15) == 0
        wait_for_end(*pids)
        assert not (tmp_path / "processes.json").exists()
