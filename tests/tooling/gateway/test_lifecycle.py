"""The gateway starts, reloads and stops."""

import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.processes import state
from tests.tooling.gateway.probe_client import ask, connection_id
from tests.tooling.gateway.running import PROBE, Running, running, until


@pytest.fixture
def app_dir(tmp_path: Path) -> Path:
    """A copy of the probe app, to edit."""
    return Path(shutil.copytree(PROBE, tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def gateway(app_dir: Path, tmp_path: Path) -> Iterator[Running]:
    with running(app_dir, tmp_path) as started:
        yield started


def test_a_reload_swaps_the_code_with_sockets_open_and_requests_running(gateway: Running, app_dir: Path) -> None:
    statuses: list[int] = []
    done = threading.Event()

    def call_all_the_time() -> None:
        with httpx.Client(base_url=gateway.rest_url, timeout=10) as rest:
            while not done.is_set():
                statuses.append(rest.get("/api/version").status_code)

    go = gateway.probe_dir / "go"
    caller = threading.Thread(target=call_all_the_time)
    with connect(gateway.websocket_url) as client:
        before = connection_id(client)
        caller.start()
        ask(client, do="push-after", path=str(go))
        (app_dir / "chalicelib" / "version.py").write_text('VERSION = "two"\n')
        gateway.wait_for(re.compile(r"reloaded in \d+ ms \(chalicelib/version.py\)"))
        assert httpx.get(f"{gateway.rest_url}/api/version", timeout=10).json()["version"] == "two"
        go.touch()
        assert client.recv(timeout=10) == str(go)
        assert connection_id(client) == before
    until(lambda: len(statuses) > 100, "requests before, while and after")
    done.set()
    caller.join()
    assert set(statuses) == {200}


def test_a_broken_edit_keeps_the_old_code_and_says_why(gateway: Running, app_dir: Path) -> None:
    replacement = app_dir / "app.py.new"
    replacement.write_text("import nothing_of_this_name\n")
    replacement.rename(app_dir / "app.py")  # editors save in this way
    gateway.wait_for(re.compile(r"not reloaded \(app.py\)[\s\S]*No module named 'nothing_of_this_name'"))
    assert httpx.get(f"{gateway.rest_url}/api/version", timeout=10).json()["version"] == "one"
    shutil.copy(PROBE / "app.py", app_dir / "app.py")
    gateway.wait_for(re.compile(r"reloaded in \d+ ms \(app.py\)"))


def test_the_workers_of_the_old_code_end_after_a_reload(gateway: Running, app_dir: Path) -> None:
    old = gateway.processes()
    (app_dir / "chalicelib" / "version.py").write_text('VERSION = "two"\n')
    until(lambda: {state(pid) for pid in old} == {"X"}, "the old processes end")
    assert len(gateway.processes()) == len(old)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_running_functions_finish_and_leaves_no_process(gateway: Running, number: signal.Signals) -> None:
    go = gateway.probe_dir / "go"
    with connect(gateway.websocket_url) as client:
        name = connection_id(client)
        ask(client, do="push-after", path=str(go))
        processes = gateway.processes()
        until(lambda: any(state(pid) == "S" for pid in processes), "the function runs")
        gateway.process.send_signal(number)
        gateway.wait_for(re.compile("gateway is stopping"))
        go.touch()
        assert client.recv(timeout=10) == str(go)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1001
    assert gateway.process.wait(timeout=10) == 0
    assert {state(pid) for pid in processes} == {"X"}
    assert not (gateway.probe_dir / f"disconnect-{name}.json").exists()


def test_a_second_signal_does_not_wait(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        ask(client, do="push-after", path="/nowhere")
        gateway.process.terminate()
        gateway.wait_for(re.compile("gateway is stopping"))
        gateway.process.terminate()
        assert gateway.process.wait(timeout=2) == 1


def test_a_killed_gateway_leaves_no_process(gateway: Running) -> None:
    httpx.get(f"{gateway.rest_url}/api/version", timeout=10)
    processes = gateway.processes()
    assert len(processes) == 3
    gateway.process.kill()
    until(lambda: {state(pid) for pid in processes} == {"X"}, "they end")


def test_an_app_that_does_not_import_and_a_port_in_use_are_reported(tmp_path: Path, gateway: Running) -> None:
    (tmp_path / "app.py").write_text("import nothing_of_this_name\n")
    command = [sys.executable, "-m", "infra.local.gateway", "--app-dir", str(tmp_path), "--websocket-port", "0"]
    port = gateway.rest_url.rpartition(":")[2]
    broken = subprocess.run([*command, "--rest-port", "0"], capture_output=True, text=True, timeout=10, check=False)
    assert broken.returncode == 1
    assert "No module named 'nothing_of_this_name'" in broken.stderr
    in_use = subprocess.run([*command, "--rest-port", port], capture_output=True, text=True, timeout=10, check=False)
    assert in_use.returncode == 1
    assert "in use" in in_use.stderr
