"""A gateway in a process of its own, for tests of an app."""

import contextlib
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from chalice_local_websockets.in_flight.report import InFlight, read_reports
from chalice_local_websockets.program import program

_READY = re.compile(r"^gateway is ready: REST (\S+), websockets (\S+)$", re.MULTILINE)
_START_SECONDS = 90
_STOP_SECONDS = 15


class NotStartedError(Exception):
    """The gateway did not start; the message is its output."""


class RunningGateway:
    """A gateway that serves. `rest_url`, `websocket_url` and `connections_url` are its addresses."""

    def __init__(self, directory: Path, rest_url: str, websocket_url: str) -> None:
        self.rest_url = rest_url
        self.websocket_url = websocket_url
        self.connections_url = websocket_url.replace("ws://", "http://", 1)
        self._directory = directory
        self._taken = 0

    def output(self) -> str:
        """Returns what the gateway and the functions have printed so far."""
        return _output(self._directory).read_text(errors="replace")

    def take_in_flight(self) -> list[InFlight]:
        """Returns what handlers have left undone since the last call."""
        reports = read_reports(_in_flight_file(self._directory))
        new, self._taken = reports[self._taken :], len(reports)
        return new


@contextlib.contextmanager
def running_gateway(app_dir: Path, directory: Path, *, stage: str = "dev") -> Iterator[RunningGateway]:
    """Serve the app on free ports of the loopback. Its output and its reports are kept in `directory`.

    Raises NotStartedError if app.py cannot be imported, or is not there.
    """
    arguments = ["--app-dir", str(app_dir), "--stage", stage, "--port", "0", "--websocket-port", "0", "--no-reload"]
    with (
        _output(directory).open("wb") as output,
        subprocess.Popen(
            [*program("command"), *arguments, "--in-flight-file", str(_in_flight_file(directory))],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield RunningGateway(directory, *_addresses(process, _output(directory)))
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _addresses(process: subprocess.Popen[bytes], output: Path) -> tuple[str, str]:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if ready := _READY.search(output.read_text(errors="replace")):
            return ready[1], ready[2]
        time.sleep(0.02)
    raise NotStartedError(output.read_text(errors="replace"))


def _output(directory: Path) -> Path:
    return directory / "gateway.log"


def _in_flight_file(directory: Path) -> Path:
    return directory / "in-flight.jsonl"
