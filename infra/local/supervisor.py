"""Starts processes in order, keeps them running, and stops them in reverse order, leaving none behind."""

import select
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Never, Self

from infra.local.process import Child, Process
from infra.local.supervised import Supervised

_READY_INTERVAL_MS = 50


class Supervisor:
    """The processes of one state directory. A context manager: leaving it stops them all.

    SIGINT and SIGTERM raise KeyboardInterrupt in its only thread (a flag would not interrupt a download or a waiting
    client). `say` gets a sentence for each event; `launched` gets the running processes whenever one was started.
    """

    def __init__(
        self, logs: Path, *, say: Callable[[str], None], launched: Callable[[Sequence[Process]], None]
    ) -> None:
        self._logs = logs
        self._say = say
        self._launched = launched
        self._groups: list[list[Supervised]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        # SIGINT too, as a shell starts its background processes with SIGINT ignored
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *children: Child) -> None:
        """Starts `children` in parallel, and returns once all of them are ready.

        Raises LocalError, with the last lines of its log, if one ends or is late before it was ready.
        """
        group = [Supervised(child, self._logs / f"{child.name}.log") for child in children]
        self._groups.append(group)
        self._settle()

    def end(self, name: str) -> None:
        """Stops the child of this name, which is not started again. Raises KeyError if there is none."""
        ended = {one.child.name: one for one in self._all()}[name]
        self._stop([ended])
        for group in self._groups:
            if ended in group:
                group.remove(ended)
        self._launched([other.process for other in self._all() if other.process])

    def watch(self) -> Never:
        """Restarts processes that die, until KeyboardInterrupt."""
        while True:
            self._settle()
            self._bury_the_dead(timeout_ms=None)

    def stop(self) -> None:
        """Stops the groups, the last one first; on KeyboardInterrupt (a second Ctrl-C) kills the rest at once."""
        # make(1) and timeout(1) send SIGTERM again to the whole process group, so only Ctrl-C means impatience
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            for group in reversed(self._groups):
                self._stop(group)
        except KeyboardInterrupt:
            self._say("Killing what still runs.")
        finally:
            _kill(self._all())
            self._groups.clear()

    def _settle(self) -> None:
        """Starts the children that are due, until all are ready."""
        while True:
            for one in self._all():
                if one.is_due():
                    if problem := one.launch():
                        self._say(problem)
                    self._launched([other.process for other in self._all() if other.process])
                if one.becomes_ready() and one.process:
                    self._say(f"{one.child.name} is ready after {one.process.age():.1f} s {one.child.address}".rstrip())
            if all(one.ready for one in self._all()):
                return
            self._bury_the_dead(timeout_ms=_READY_INTERVAL_MS)

    def _bury_the_dead(self, *, timeout_ms: int | None) -> None:
        for dead in _wait_for_deaths(self._all(), timeout_ms):
            self._say(dead.bury())

    def _stop(self, group: Sequence[Supervised]) -> None:
        for one in group:
            one.send(signal.SIGTERM)
        patience = max((one.child.stop_timeout for one in group), default=0)
        deadline = time.monotonic() + patience
        while any(one.process for one in group) and (left := deadline - time.monotonic()) > 0:
            for dead in _wait_for_deaths(group, int(1000 * left) + 1):
                dead.reap()
        for one in group:
            if one.process:
                self._say(f"{one.child.name} did not stop within {patience:.0f} s and is killed.")
        _kill(group)

    def _all(self) -> list[Supervised]:
        return [one for group in self._groups for one in group]


def _wait_for_deaths(group: Iterable[Supervised], timeout_ms: int | None) -> list[Supervised]:
    """Returns the children whose process has ended, as soon as there is one; empty after the time-out."""
    alive = {one.process.descriptor: one for one in group if one.process}
    poll = select.poll()
    for descriptor in alive:
        poll.register(descriptor, select.POLLIN)
    return [alive[descriptor] for descriptor, _ in poll.poll(timeout_ms)]


def _kill(group: Sequence[Supervised]) -> None:
    for one in group:
        one.send(signal.SIGKILL)
    for one in group:
        one.reap()
