"""One execution: operations run as threads that stop before each command, and one of them at a time is let go on.

A thread that is at a stop has sent nothing of its next command. An operation may leave something behind that arrives
by itself: a record on its way to Kafka, a write that is not waited for. Each is a task of its own, without a thread.
"""

import sys
import threading
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from tests.interleavings.steps import EVERYTHING, Step, changes, reads

PATIENCE = 30.0
"""Seconds after which a thread that was let go on, and neither stops nor ends, is taken for a deadlock."""

ARRIVALS = "arrivals of"


class Killed(BaseException):
    """The operation is dead. What the product does on its way out has no effect, as each command raises this again."""


class StuckError(Exception):
    """The execution does not go on, or does not come to an end. The message has its stacks, or its steps."""


@dataclass(frozen=True)
class Death:
    """The operation of this name dies at its stop of this number, counted from 0. A loss is the death of an arrival."""

    victim: str
    at: int

    def __str__(self) -> str:
        return f"{self.victim} dies before its command {self.at + 1}"


@dataclass(frozen=True)
class Will:
    """What a server does, at any time after the death of an operation, such as ending its transaction."""

    step: Step
    action: Callable[[], object]


def _closed_gate() -> threading.Lock:
    """A lock that another thread releases to let one pass: a semaphore costs several times as much."""
    gate = threading.Lock()
    gate.acquire()
    return gate


@dataclass(eq=False)
class Task:
    """An operation, or something that it left behind."""

    name: str
    body: Callable[[], object]
    execution: "Execution"
    is_arrival: bool = False
    step: Step | None = None
    """What it does next; None once it has ended."""
    stops: int = 0
    arrivals: int = 0
    """How many commands it has been stopped before, and how many arrivals it has left behind."""
    is_dead: bool = False
    will: Will | None = None
    """What its server does once it is dead."""
    has_conflicted: bool = False
    """Whether its last transaction has conflicted with that of another operation, and is to be tried again."""
    others_moved: bool = False
    """Whether another task has taken a step since that conflict."""
    result: object = None
    error: Exception | None = None
    go: threading.Lock = field(default_factory=_closed_gate)
    thread: threading.Thread | None = None

    @property
    def has_ended(self) -> bool:
        return self.step is None


class Execution:
    """The tasks of one execution, for the thread that schedules them. Operations use the functions of this module."""

    def __init__(self, death: Death | None = None) -> None:
        self.tasks: dict[str, Task] = {}
        self.lost: dict[str, Step] = {}
        """{arrival: its step} of what was lost with the operation that left it behind."""
        self._death = death
        self._at_stop = _closed_gate()
        self._is_over = False

    def add(self, name: str, body: Callable[[], object]) -> None:
        """Start an operation. It goes up to its first stop at once."""
        task = self.tasks[name] = Task(name, body, self)
        task.thread = threading.Thread(target=self._run, args=(task,), name=name, daemon=True)
        task.thread.start()
        self._until_stopped(task)

    def enabled(self) -> dict[str, Step]:
        """{task: its next step} of those tasks that can go on now."""
        return {
            name: task.step
            for name, task in self.tasks.items()
            if task.step is not None
            and not (task.step.is_retry and not task.others_moved)
            and (task.step.awaits is None or self.tasks[task.step.awaits].has_ended)
        }

    def advance(self, name: str) -> Step:
        """Let a task take its next step, up to the next stop. Raises StuckError."""
        task = self.tasks[name]
        step = task.step
        assert step is not None
        for other in self.tasks.values():
            other.others_moved |= other is not task
        if task.is_arrival:
            self._arrive(task)
        else:
            task.go.release()
            self._until_stopped(task)
        return step

    def kill_all(self) -> None:
        """End what has not ended, without any further command. Raises StuckError."""
        unfinished = [task for task in self.tasks.values() if not task.has_ended]
        self._is_over = True
        for task in unfinished:
            if task.is_arrival:
                task.is_dead, task.step = True, None
        for task in unfinished:
            if not task.is_arrival:
                task.is_dead = True
                task.go.release()
                self._until_stopped(task)
                if task.will is not None:
                    task.will.action()

    def stop(self, task: Task, step: Step, *, is_command: bool) -> None:
        """Called by the operation: see `stop` below."""
        if task.is_dead:
            raise Killed
        if is_command and self._death == Death(task.name, task.stops):
            task.is_dead = True
            step = Step("dies", frozenset(changes(ARRIVALS + task.name, EVERYTHING)))
        task.stops += is_command
        self._wait(task, step)
        if task.is_dead:
            self._lose_arrivals(task)
            if task.will is not None and not self._is_over:
                self._leave(task, "will", task.will.step, task.will.action)
            raise Killed

    def leave(self, parent: Task, label: str, step: Step, action: Callable[[], object]) -> Task:
        """Called by the operation: see `leave` below."""
        if parent.is_dead:
            raise Killed
        parent.arrivals += 1
        name = f"{label} {parent.arrivals}"
        touches = step.touches | frozenset(reads(ARRIVALS + parent.name, name))
        return self._leave(parent, name, Step(step.label, touches), action)

    def _leave(self, parent: Task, label: str, step: Step, action: Callable[[], object]) -> Task:
        task = Task(f"{parent.name}, {label}", action, self, is_arrival=True, step=step)
        if self._death == Death(task.name, 0):
            task.step = replace(step, label=f"is lost: {step.label}")
            task.is_dead = True
        self.tasks[task.name] = task
        return task

    def _wait(self, task: Task, step: Step) -> None:
        task.step = step
        self._at_stop.release()
        task.go.acquire()

    def _run(self, task: Task) -> None:
        _LOCAL.task = task
        try:
            task.result = task.body()
        except Killed:
            task.is_dead = True
        except Exception as error:  # noqa: BLE001 - the scenario judges what an operation may raise
            task.error = error
        task.step = None
        self._at_stop.release()

    def _arrive(self, task: Task) -> None:
        if not task.is_dead:
            task.body()
        task.step = None

    def _lose_arrivals(self, parent: Task) -> None:
        """Called by a dead operation: what has not left its process yet is lost with it."""
        for task in self.tasks.values():
            if task.is_arrival and task.name.startswith(f"{parent.name}, ") and task.step is not None:
                self.lost[task.name] = task.step
                task.is_dead, task.step = True, None

    def _until_stopped(self, task: Task) -> None:
        if not self._at_stop.acquire(timeout=PATIENCE):
            raise StuckError(f"{task.name} neither stops nor ends.\n{_stacks(self.tasks.values())}")


_LOCAL = threading.local()


def current() -> Task | None:
    """The operation that runs in this thread; None in a thread of a client, of the scheduler, or of a test."""
    task = getattr(_LOCAL, "task", None)
    return task if isinstance(task, Task) else None


def stop(step: Step, *, is_command: bool = True) -> None:
    """Have the operation that runs in this thread wait, before a step, until it is let go on. Raises Killed.

    In another thread, this returns at once.
    """
    task = current()
    if task is not None:
        task.execution.stop(task, step, is_command=is_command)


def leave(label: str, step: Step, action: Callable[[], object]) -> Task:
    """Have something happen at any later time, which the operation in this thread does not wait for.

    It is lost where the operation dies first. Raises Killed.
    """
    task = current()
    assert task is not None
    return task.execution.leave(task, label, step, action)


def await_arrival(arrival: Task) -> bool:
    """Have the operation in this thread wait for what it left behind. Returns False where that is lost."""
    stop(Step(f"waits for {arrival.name}", awaits=arrival.name), is_command=False)
    return not arrival.is_dead


def _stacks(tasks: Collection[Task]) -> str:
    frames = sys._current_frames()
    return "\n".join(
        f"--- {task.name}, next: {task.step}\n" + "".join(traceback.format_stack(frames[task.thread.ident]))
        for task in tasks
        if task.thread is not None and task.thread.ident in frames
    )
