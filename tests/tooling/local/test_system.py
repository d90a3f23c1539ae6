"""The whole system of `make run`: a process that dies comes back, and a stop leaves no process."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from infra.local.running import RunningSystem, running_system
from infra.local.servers.plan import plan_servers
from infra.local.state import StateDirectory
from tests.e2e.clients import Person, sign_up
from tests.resilience.recovery.devices import QUICK, party
from tests.support.client_kinds import python_clients
from tests.support.processes import children
from tests.support.server_variables import without_servers
from tests.support.waiting import eventually
from tests.tooling.local.ending import wait_for_end

NAMES = ["redis", "mongodb", "kafka", "gateway", "consumer"]


@pytest.fixture(scope="module")
def own_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system that these tests may harm. A proxy is set, which is not there: nothing on the loopback asks it."""
    proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    environment = without_servers() | proxies | {"BCRYPT_ROUNDS": "4"}
    # On a fresh machine the programs are fetched first, which needs the machine's own way to the network.
    plan_servers(StateDirectory(tmp_path_factory.mktemp("plan")), {}, print)
    with running_system(tmp_path_factory.mktemp("system"), environment) as running:
        yield running


@pytest.fixture(scope="module")
def ada(own_system: RunningSystem) -> Iterator[Person]:
    person = sign_up(own_system)
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
    eventually(lambda: own_system.entry(name).pid != killed, what=f"another {name}")
    if name == "consumer":
        eventually(lambda: log.read_text().count("consumer is ready") > joined, what="a member of the group")
    eventually(lambda: is_ready(own_system), what=f"the system with another {name}")
    assert f"{name} was ended by signal 9" in own_system.log.read_text()
    # Nothing is lost: neither the session nor the profile, and writes work.
    about = f"after {name} died"
    assert ada.patch("/api/profile", {"about": about}).status_code == 200
    assert ada.get("/api/profile").json()["about"] == about


@pytest.mark.parametrize("name", ["redis", "mongodb"])
def test_clients_that_talk_during_a_restart_miss_nothing(own_system: RunningSystem, name: str) -> None:
    """Every device of the Python client ends with the whole conversation, in order, each message once."""
    with ExitStack() as stack:
        people = [sign_up(own_system) for _ in range(2)]
        for person in people:
            stack.callback(person.http.close)
        asyncio.run(_talk_while_it_restarts(own_system, name, *people))


async def _talk_while_it_restarts(system: RunningSystem, name: str, ada: Person, bob: Person) -> None:
    # With quicker timings a user's attempts to connect would exceed their rate limit meanwhile.
    timings = replace(QUICK, answer=2.0, longest_delay=1.0)
    urls = {"rest_url": system.rest_url, "websocket_url": system.websocket_url}
    async with party(python_clients, ada, bob, **urls, timings=timings) as group:
        group.all_say(2)
        killed = system.entry(name).pid
        os.kill(killed, signal.SIGKILL)
        group.all_say(2)
        await asyncio.to_thread(eventually, lambda: system.entry(name).pid != killed, what=f"another {name}")
        group.all_say(2)
        await group.is_whole()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_process(tmp_path: Path, how: signal.Signals) -> None:
    with running_system(tmp_path, without_servers()) as system:
        pids = {system.supervisor.pid} | {system.entry(name).pid for name in NAMES}
        pids |= children(system.entry("gateway").pid)
        pids |= {grandchild for child in tuple(pids) for grandchild in children(child)}
        assert len(pids) >= 1 + len(NAMES) + 1 + 2  # a zygote and two workers
        system.supervisor.send_signal(how)
        assert system.supervisor.wait(timeout=15) == 0
        wait_for_end(*pids)
        assert not (tmp_path / "processes.json").exists()
