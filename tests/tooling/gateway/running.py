"""A gateway in a process of its own, as `make run` starts it."""

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from tests.support.processes import children, state
from tests.support.waiting import eventually

T = TypeVar("T")
PROBE = Path(__file__).parent / "apps" / "probe"
READY = re.compile(r"gateway is ready: REST (\S+), websockets (\S+)")
DEADLINE = 15.0


def until(condition: Callable[[], T | None], what: str) -> T:
    """Waits for a condition, and returns its first true value. Raises AssertionError at the deadline."""
    value = eventually(condition, seconds=DEADLINE, what=what)
    assert value is not None
    return value


class Running:
    """A running gateway, its addresses and its output."""

    def __init__(self, process: subprocess.Popen[str], probe_dir: Path) -> None:
        self.process = process
        self.probe_dir = probe_dir
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> None:
        self.rest_url, self.websocket_url = self.wait_for(READY).groups()
        self.management_url = self.websocket_url.replace("ws://", "http://")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=DEADLINE)
        self._reader.join(timeout=DEADLINE)

    def wait_for(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Waits for a match in the output, and returns the first one."""
        return until(lambda: pattern.search(self.output), f"{pattern.pattern!r} in:\n{self.output}")

    def kept(self, name: str, connection_id: str) -> Path:
        """Waits until the probe app has kept this event of a connection, and returns its file."""
        path = self.probe_dir / f"{name}-{connection_id}.json"
        until(path.exists, f"{name} of {connection_id}")
        return path

    def processes(self) -> set[int]:
        """Returns the pids of the zygotes and workers that live now."""
        zygotes = children(self.process.pid)
        return {pid for pid in zygotes.union(*map(children, zygotes)) if state(pid) != "X"}

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output += line


@contextlib.contextmanager
def running(
    app_dir: Path, probe_dir: Path, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Running]:
    """Starts a gateway on free ports, and stops it by SIGTERM at the end if it still runs."""
    command = [sys.executable, "-m", "infra.local.gateway", "--app-dir", str(app_dir)]
    with subprocess.Popen(
        [*command, "--rest-port", "0", "--websocket-port", "0", *arguments],
        env={**os.environ, **environment, "PROBE_DIR": str(probe_dir)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        started = Running(process, probe_dir)
        try:
            started.wait_until_ready()
            yield started
        finally:
            started.stop()
