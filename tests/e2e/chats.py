"""The chat of examples/, run in a pseudo-terminal."""

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.running import RunningSystem
from tests.e2e.clients import PATIENCE
from tests.support.waiting import eventually


class Terminal:
    """A chat in a terminal of its own, which types into it and keeps everything that it has shown."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self.shown = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def shows(self, text: str) -> None:
        try:
            eventually(lambda: text in self.shown, seconds=PATIENCE, what=repr(text))
        except AssertionError as error:
            raise AssertionError(f"{error}; the terminal shows:\n{self.shown}") from None

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def ends_with(self, status: int) -> None:
        assert self._process.wait(timeout=PATIENCE) == status
        self._reader.join(timeout=PATIENCE)
        assert "Traceback" not in self.shown

    def _read(self) -> None:
        try:
            while data := os.read(self._terminal, 65536):
                self.shown += data.decode(errors="replace")
        except OSError:  # reading a terminal fails once its process has ended
            return


def command(system: RunningSystem, *arguments: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "examples.chat",
        "--api",
        system.rest_url,
        "--mail",
        str(system.state.mail),
        *arguments,
    ]


@contextmanager
def chat(system: RunningSystem, *arguments: str) -> Iterator[Terminal]:
    terminal, other_end = pty.openpty()
    with subprocess.Popen(command(system, *arguments), stdin=other_end, stdout=other_end, stderr=other_end) as process:
        os.close(other_end)
        try:
            yield Terminal(process, terminal)
        finally:
            process.kill()
    os.close(terminal)
