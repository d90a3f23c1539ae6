"""Processes without a supervisor: one that a test kills stays down until the test starts it again."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.local.process import Child
from infra.local.state import CHECKOUT
from tests.support.waiting import eventually


class Controlled:
    """A child, and its current process. Its log holds the output of all of its processes."""

    def __init__(self, child: Child, directory: Path) -> None:
        self.child = child
        self.log = directory / f"{child.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._output_start = 0

    def start(self) -> None:
        """Starts the process and returns at once; `wait_until_ready` waits for it."""
        assert self._process is None, f"{self.child.name} runs"
        with self.log.open("ab") as output:
            self._output_start = output.tell()
            self._process = subprocess.Popen(
                # The process ends with the tests, whatever ends them. A preexec_fn is unsafe: the tests have threads.
                ["setpriv", "--pdeathsig", "KILL", *self.child.argv],
                cwd=CHECKOUT,
                env=self.child.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def output(self) -> str:
        """Returns the output of the current process, or of the last one."""
        return self.log.read_bytes()[self._output_start :].decode(errors="replace")

    def is_ready(self) -> bool:
        assert self._running.poll() is None, f"{self.child.name} ended:\n{self.output()[-4000:]}"
        return self.child.ready(self.output())

    def wait_until_ready(self) -> None:
        eventually(self.is_ready, seconds=self.child.start_timeout, what=f"{self.child.name} is ready")

    def send(self, signal_number: signal.Signals) -> None:
        os.kill(self._running.pid, signal_number)

    def kill(self) -> None:
        """Sends SIGKILL, and waits for the end; also of a process that is frozen or has ended already."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """Sends SIGTERM, and waits for the end. Returns the exit code."""
        self._running.terminate()
        code = self._running.wait(timeout=self.child.stop_timeout)
        self._process = None
        return code

    @property
    def runs(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, f"{self.child.name} does not run"
        return self._process


@contextmanager
def controlled(children: Sequence[Child], directory: Path, *, started: int | None = None) -> Iterator[list[Controlled]]:
    """Starts the first `started` of `children`, or all of them, and yields once they are ready.

    Processes that still run at the end are killed.
    """
    with ExitStack() as stack:
        processes = [Controlled(child, directory) for child in children]
        for process in processes:
            stack.callback(process.kill)
        for process in processes[:started]:
            process.start()
        for process in processes[:started]:
            process.wait_until_ready()
        yield processes
