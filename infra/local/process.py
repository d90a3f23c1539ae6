"""One child process in a session of its own, tied to the life of this one."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from infra.local.state import CHECKOUT

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Child:
    """A long-running process, and how to tell that it serves.

    `ready` is asked every 50 ms with what the process has written since it started. It answers within a
    second, takes a server that is not there yet for an ordinary no, and may finish the server's set-up.
    Times in seconds.
    """

    name: str
    argv: Sequence[str]
    ready: Callable[[str], bool]
    address: str
    environment: Mapping[str, str] | None = None
    start_timeout: float = 30.0
    stop_timeout: float = 5.0


class Process:
    """A `Child` that was started. It runs in the checkout, and writes stdout and stderr to `log`."""

    def __init__(self, child: Child, log: Path) -> None:
        self.child = child
        self.log = log
        self._started_at = time.monotonic()
        with log.open("ab") as output:
            self._output_start = output.tell()
            self._popen = subprocess.Popen(
                child.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=CHECKOUT,
                env=child.environment,
                start_new_session=True,  # the Ctrl-C of the terminal reaches the supervisor alone
                # safe: the supervisor has one thread
                preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGKILL),  # noqa: PLW1509
            )
        self.pid = self._popen.pid
        # readable at the death of this very process; its output pipe would stay open with any grandchild
        self.descriptor = os.pidfd_open(self.pid)

    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started_at

    def output(self) -> str:
        """What the process has written so far."""
        with self.log.open("rb") as log:
            log.seek(self._output_start)
            return log.read().decode(errors="replace")

    def send(self, signal_number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.descriptor, signal_number)

    def reap(self) -> int:
        """Waits for the end, ends what is left of the session, and returns the exit code, -N for signal N."""
        os.waitid(os.P_PIDFD, self.descriptor, os.WEXITED | os.WNOWAIT)
        # before the zombie is collected, while its number cannot have been given to another process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self.descriptor)
        return self._popen.wait()


def end_with_parent(parent: int, signal_number: signal.Signals) -> None:
    """Has the kernel send this process the signal when `parent`, its parent, ends: prctl(2), PR_SET_PDEATHSIG."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(signal_number))
    if os.getppid() != parent:  # it ended before the call
        os.kill(os.getpid(), signal_number)
