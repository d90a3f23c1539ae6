"""What heals by itself: tasks that one consumer does, over and over, whether or not anything is consumed."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chalicelib.consumer.tasks.leadership import Leadership
from chalicelib.consumer.telemetry import metrics
from chalicelib.errors import DependencyDown

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5


@dataclass
class Task:
    """`run` is due `every` so many seconds. It may raise DependencyDown: then it is due again at the next tick."""

    name: str
    every: float
    run: Callable[[], object]
    _due_at: float = field(default=0.0, init=False)

    def run_if_due(self) -> None:
        if time.monotonic() < self._due_at:
            return
        try:
            self.run()
        except DependencyDown as error:
            metrics.TASK_FAILURES.labels(self.name).inc()
            log.info("A task waits for a dependency: %r", error, extra={"action": "task_waits", "task": self.name})
        except Exception:
            # A fault of one task must not keep the others from healing anything.
            metrics.TASK_FAILURES.labels(self.name).inc()
            log.exception("A task failed.", extra={"action": "task_failed", "task": self.name})
            self._due_at = time.monotonic() + self.every
        else:
            self._due_at = time.monotonic() + self.every


class TaskRunner:
    """A thread of its own, so that a long batch delays no healing."""

    def __init__(self, lease: Leadership, tasks: Sequence[Task], stop: threading.Event) -> None:
        self._lease = lease
        self._tasks = tasks
        self._stop = stop
        self._thread = threading.Thread(target=self._run, name="housekeeping")

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait for the end, after `stop` was set. The task in hand is finished first."""
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            for task in self._tasks:
                if self._stop.is_set() or not self._holds_lease():
                    break
                task.run_if_due()
        if self._holds_lease():
            self._let_go()

    def _holds_lease(self) -> bool:
        try:
            return self._lease.hold()
        except DependencyDown:
            return False
        except Exception:
            # Such as credentials that are being rotated: who gives up here heals nothing any more, and nobody sees it.
            log.exception("The lease failed.", extra={"action": "lease_failed"})
            return False

    def _let_go(self) -> None:
        try:
            self._lease.release()
        except DependencyDown:
            return  # it ends by itself
