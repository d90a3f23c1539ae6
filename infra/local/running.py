"""Runs the local system for the duration of a `with` block, for the tests and the demo."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.environment import read_exports
from infra.local.errors import LocalError
from infra.local.ports import free_port
from infra.local.processes import Entry, read_processes
from infra.local.state import CHECKOUT, StateDirectory
from infra.local.system import READY, SERVERS_READY

_START_SECONDS = 900.0  # the first start fetches the servers
_STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Running:
    """A supervisor with its processes. `environment` holds their addresses; `log` is the supervisor's output."""

    state: StateDirectory
    supervisor: subprocess.Popen[bytes]
    log: Path
    environment: Mapping[str, str]

    def entry(self, name: str) -> Entry:
        """Returns the process of that name. Raises KeyError if there is none."""
        return {entry.name: entry for entry in read_processes(self.state)}[name]


@dataclass(frozen=True)
class RunningSystem(Running):
    rest_url: str
    websocket_url: str


@contextmanager
def running_servers(state_dir: Path, environ: Mapping[str, str] = os.environ) -> Iterator[Running]:
    """Runs Redis, MongoDB and Kafka, provisioned. A server that `environ` names is used as it is.

    Raises LocalError if they do not start, as `running_system` does. Both must be entered by a thread that outlives
    the block, as the supervisor ends with that thread.
    """
    state = StateDirectory(state_dir)
    with _supervisor(state, ["servers"], SERVERS_READY, environ) as (supervisor, log):
        yield Running(state, supervisor, log, read_exports(state))


@contextmanager
def running_system(
    state_dir: Path, environ: Mapping[str, str] = os.environ, *, say: Callable[[str], None] = lambda _line: None
) -> Iterator[RunningSystem]:
    """Runs everything that `make run` starts, on free ports. `say` gets each line printed until it is ready."""
    state = StateDirectory(state_dir)
    rest, websocket = free_port(), free_port()
    arguments = ["run", "--rest-port", str(rest), "--websocket-port", str(websocket)]
    with _supervisor(state, arguments, READY, environ, say) as (supervisor, log):
        yield RunningSystem(
            state,
            supervisor,
            log,
            read_exports(state),
            rest_url=f"http://127.0.0.1:{rest}",
            websocket_url=f"ws://127.0.0.1:{websocket}",
        )


@contextmanager
def _supervisor(
    state: StateDirectory,
    arguments: list[str],
    ready: str,
    environ: Mapping[str, str],
    say: Callable[[str], None] = lambda _line: None,
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    state.logs.mkdir(parents=True, exist_ok=True)
    log = state.logs / "supervisor.log"
    command = [sys.executable, "-m", "infra.local", *arguments]
    options = ["--state-dir", str(state.path), "--parent-pid", str(os.getpid())]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command + options,
            cwd=CHECKOUT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that on Ctrl-C the block ends first
        ) as supervisor,
    ):
        try:
            _wait_until_ready(supervisor, log, ready, say)
            yield supervisor, log
        finally:
            _stop(supervisor)


def _wait_until_ready(supervisor: subprocess.Popen[bytes], log: Path, ready: str, say: Callable[[str], None]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with log.open() as lines:
        while True:
            line = lines.readline()
            if line:
                say(line.rstrip())
                if ready in line:
                    return
            elif supervisor.poll() is not None or time.monotonic() > deadline:
                raise LocalError(f"The local system did not start:\n{log.read_text()}")
            else:
                time.sleep(0.05)


def _stop(supervisor: subprocess.Popen[bytes]) -> None:
    supervisor.send_signal(signal.SIGTERM)
    try:
        supervisor.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        supervisor.kill()
