"""A child under supervision: its current process, and its history, which decides when it is restarted."""

import signal
import time
from pathlib import Path

from infra.local.errors import LocalError
from infra.local.process import Child, Process

_STEADY_SECONDS = 10.0  # a process that lived this long is restarted at once
_SHORTEST_DELAY = 0.2
_LONGEST_DELAY = 10.0
_TAIL_LINES = 15


class Supervised:
    """A supervised child. `process` is None between a death and the next start."""

    def __init__(self, child: Child, log: Path) -> None:
        self.child = child
        self.process: Process | None = None
        self.ready = False
        self._log = log
        self._has_served = False
        self._is_late = False
        self._delay = 0.0
        self._restart_at = 0.0
        log.write_bytes(b"")

    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self._restart_at

    def launch(self) -> str | None:
        """Starts the process. If one that has served cannot be started now, it is due later, and a sentence says so.

        Raises LocalError if another one cannot be started.
        """
        self._is_late = False
        try:
            self.process = Process(self.child, self._log)
        except OSError as error:
            problem = f"{self.child.name} cannot be started: {error.filename or self.child.argv[0]}: {error.strerror}."
            if not self._has_served:
                raise LocalError(problem) from error
            self._restart_at = time.monotonic() + _LONGEST_DELAY
            return problem
        return None

    def becomes_ready(self) -> bool:
        """Returns whether the process has just become ready; kills one that is late, which then counts as any death."""
        if self.process is None or self.ready:
            return False
        if self.child.ready(self.process.output()):
            self.ready = self._has_served = True
        elif self.process.age() > self.child.start_timeout and not self._is_late:
            self._is_late = True
            self.process.send(signal.SIGKILL)
        return self.ready

    def bury(self) -> str:
        """Reaps the dead process, schedules the next start, and returns a sentence about both.

        Raises LocalError, with the last lines of the log, for a child that has never been ready and cannot be repaired.
        """
        lived = self.process.age() if self.process else 0.0
        failed = None if self.ready else self.process
        output = failed.output() if failed else ""
        cause = self._cause(self.reap()) + (_tail(failed, output) if failed else "")
        repaired = self.child.repair(output) if failed and self.child.repair else None
        if repaired is not None:
            self._restart_at = time.monotonic()
            return f"{cause}\n{repaired}"
        if not self._has_served:
            raise LocalError(cause)
        if lived > _STEADY_SECONDS:
            self._delay = 0.0
        else:
            self._delay = min(max(2 * self._delay, _SHORTEST_DELAY), _LONGEST_DELAY)
        self._restart_at = time.monotonic() + self._delay
        return f"{cause}\n{self.child.name} starts again in {self._delay:.1f} s."

    def reap(self) -> int:
        """Waits for the end of the process and returns its exit code; 0 if there is no process."""
        process, self.process, self.ready = self.process, None, False
        return process.reap() if process else 0

    def send(self, signal_number: signal.Signals) -> None:
        if self.process:
            self.process.send(signal_number)

    def _cause(self, code: int) -> str:
        if self._is_late:
            return f"{self.child.name} was not ready within {self.child.start_timeout:.0f} s and was killed"
        if code < 0:
            return f"{self.child.name} was ended by signal {-code} ({signal.strsignal(-code)})"
        return f"{self.child.name} ended with exit code {code}"


def _tail(process: Process, output: str) -> str:
    lines = output.splitlines()[-_TAIL_LINES:] or ["(it is empty)"]
    return "\n".join([f". The end of {process.log}:", *(f"    {line}" for line in lines)])
