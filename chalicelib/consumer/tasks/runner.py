"""Runs periodic tasks in one of the consumers, whether or not there are events to consume."""

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
    """A task that is due every `interval_seconds`. Where it raises DependencyDown, it is due again at the next tick."""

    name: str
    interval_seconds: float
    run: Callable[[], object]
    _due_at: float = field(default=0.0, init=False)

    def run_if_due(self) -> None:
        """Run the task if it is due. Never raises."""
        if time.monotonic() < self._due_at:
            return
        try:
            self.run()
        except DependencyDown as error:
            metrics.TASK_FAILURES.labels(self.name).inc()
            log.info("A task waits for a dependency: %r", error, extra={"action": "task_waits", "task": self.name})
        except Exception:
            # A bug in one task must not prevent the others from running.
            metrics.TASK_FAILURES.labels(self.name).inc()
            log.exception("A task failed.", extra={"action": "task_failed", "task": self.name})
            self._due_at = time.monotonic() + self.interval_seconds
        else:
            self._due_at = time.monotonic() + self.interval_seconds


class TaskRunner:
    """Runs tasks while it holds their lease. It has a thread of its own, so that a long batch does not delay them."""

    def __init__(self, lease: Leadership, tasks: Sequence[Task], stop: threading.Event) -> None:
        self._lease = lease
        self._tasks = tasks
        self._stop = stop
        self._thread = threading.Thread(target=self._run, name="housekeeping")

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait for the thread to end, after `stop` was set. It finishes the task in hand first."""
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            for task in self._tasks:
                if self._stop.is_set() or not self._holds_lease():
                    break
                task.run_if_due()
        if self._holds_lease():
            self._release_lease()

    def _holds_lease(self) -> bool:
        try:
            return self._lease.hold()
        except DependencyDown:
            return False
        except Exception:
            # For example, credentials are being rotated. Without this, the thread would end and nobody would notice.
            log.exception("The lease failed.", extra={"action": "lease_failed"})
            return False

    def _release_lease(self) -> None:
        try:
            self._lease.release()
        except DependencyDown:
            return  # the lease expires by itself
