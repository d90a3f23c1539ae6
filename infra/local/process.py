"""A child process in a session of its own, which ends when this process ends."""

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
    """A long-running process, and the check that tells when it is ready.

    `ready` is called every 50 ms with the output of the process since its start. It must return within a second,
    return False while the server does not respond yet, and may complete the server's set-up. Times are in seconds.
    `repair` is called with the output of a process that ended before it was ready: it sets aside damaged files that the
    server can do without, and returns a sentence about it, or None if there is nothing to repair.
    It runs in `directory`.
    """

    name: str
    argv: Sequence[str]
    ready: Callable[[str], bool]
    address: str
    environment: Mapping[str, str] | None = None
    start_timeout: float = 30.0
    stop_timeout: float = 5.0
    repair: Callable[[str], str | None] | None = None
    directory: Path = CHECKOUT


class Process:
    """A started `Child`, which writes stdout and stderr to `log`."""

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
                cwd=child.directory,
                env=child.environment,
                start_new_session=True,  # so that Ctrl-C in the terminal reaches only the supervisor
                # safe, as the supervisor has a single thread
                preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGKILL),  # noqa: PLW1509
            )
        self.pid = self._popen.pid
        # readable once this very process dies, whereas a grandchild would keep an output pipe open
        self.descriptor = os.pidfd_open(self.pid)

    def age(self) -> float:
        """Returns the seconds since the start."""
        return time.monotonic() - self._started_at

    def output(self) -> str:
        """Returns the output of the process so far."""
        with self.log.open("rb") as log:
            log.seek(self._output_start)
            return log.read().decode(errors="replace")

    def send(self, signal_number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.descriptor, signal_number)

    def reap(self) -> int:
        """Waits for the end, kills the rest of the session, and returns the exit code, -N for signal N."""
        os.waitid(os.P_PIDFD, self.descriptor, os.WEXITED | os.WNOWAIT)
        # before the zombie is reaped, as its pid cannot have been reused until then
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self.descriptor)
        return self._popen.wait()


def end_with_parent(parent: int, signal_number: signal.Signals) -> None:
    """Has the kernel send this process the signal when its parent `parent` ends: prctl(2), PR_SET_PDEATHSIG."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(signal_number))
    if os.getppid() != parent:  # the parent ended before the call
        os.kill(os.getpid(), signal_number)
