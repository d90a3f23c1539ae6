"""Explores a scenario: runs each order of its operations on the servers, repairs, and judges what the servers hold."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from chalicelib.errors import DevConnectError, KafkaUnavailable, Unavailable
from chalicelib.stores.pending_events import pending_places
from tests.interleavings.counting import Taken, interleavings
from tests.interleavings.execution import Death, Execution, Task, stop
from tests.interleavings.orders import Orders
from tests.interleavings.people import People
from tests.interleavings.repairs import repair
from tests.interleavings.steps import EVERYTHING, Step, changes, reads
from tests.interleavings.world import World

ANSWERS = "answers"
_BEGINS = Step("begins", frozenset(reads(ANSWERS, EVERYTHING)))

_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{16,}")


@dataclass(frozen=True)
class Outcome:
    """What came of an execution: the tasks with their results, in the order of their steps."""

    tasks: Mapping[str, Task]
    trace: Sequence[Taken]
    is_repaired: bool = False

    def has_returned(self, name: str) -> bool:
        """Whether the operation has answered its caller."""
        task = self.tasks[name]
        return task.has_ended and not task.is_dead

    def result(self, name: str) -> object:
        """What the operation has answered, or the error that it has raised; None where it died."""
        task = self.tasks[name]
        return task.error if task.error is not None else task.result

    def began_after(self, name: str, earlier: str) -> bool:
        """Whether an operation that has answered began once another one had. It needs `answers_count`."""
        labels = [(taken.task, taken.step.label) for taken in self.trace]
        begins, returns = (name, _BEGINS.label), (earlier, "returns")
        return self.has_returned(name) and returns in labels and labels.index(returns) < labels.index(begins)


@dataclass(frozen=True)
class Play:
    """One execution's operations, on data of its own, and what must hold after it.

    `problems` is asked before the repairs and after them. `names` are those of the ids, for whoever reads an order.
    With `answers_count`, orders differ too where an operation begins before or after another one has answered. That
    multiplies the orders, so that it is for two operations.
    """

    operations: Mapping[str, Callable[[], object]]
    problems: Callable[[Outcome], Iterator[str]]
    names: Mapping[str, str] = field(default_factory=dict)
    answers_count: bool = False
    loses_presence: bool = False


@dataclass(frozen=True)
class Scenario:
    """`begin` makes the data of an execution. Those that are `small` are explored by each run of the tests."""

    name: str
    begin: Callable[[World, People], Play]
    is_small: bool = True


@dataclass
class Explored:
    """What was explored. `commands` is how many stops each task had, so how many deaths it can die.

    `interleavings` are those that the orders stand for. Where the exploration is exhausted, these are all.
    """

    orders: int = 0
    interleavings: int = 0
    cut: int = 0
    is_exhausted: bool = False
    seconds: float = 0.0
    commands: Counter[str] = field(default_factory=Counter)
    violation: str | None = None


def explore(
    world: World,
    people: People,
    scenario: Scenario,
    death: Death | None = None,
    *,
    seconds: float = float("inf"),
    most: float = float("inf"),
    is_over: Callable[[], bool] = lambda: False,
) -> Explored:
    """Run all orders, or those that fit into the time and the number, up to the first one that breaks an invariant."""
    began, explored, orders = time.monotonic(), Explored(), Orders()
    world.load_scripts()
    while not orders.is_exhausted and explored.violation is None:
        if time.monotonic() - began > seconds or explored.orders >= most or is_over():
            break
        _explore_one(world, scenario.begin, people, death, orders, explored)
    explored.is_exhausted = orders.is_exhausted
    explored.seconds = time.monotonic() - began
    return explored


def _explore_one(
    world: World,
    begin: Callable[[World, People], Play],
    people: People,
    death: Death | None,
    orders: Orders,
    explored: Explored,
) -> None:
    world.begin()
    play, execution = begin(world, people), Execution(death)
    for name, operation in play.operations.items():
        execution.add(name, partial(_answered, name, operation) if play.answers_count else operation)
    trace, is_complete = orders.run(execution)
    if not is_complete:
        explored.cut += 1
        _clear(world)
        return
    explored.orders += 1
    explored.interleavings += interleavings(trace)
    for name, task in execution.tasks.items():
        explored.commands[name] = max(explored.commands[name], 1 if task.is_arrival else task.stops)
    problems = list(_unexpected(execution))
    problems += [f"before the repairs: {each}" for each in play.problems(Outcome(execution.tasks, trace))]
    repair(world, has_lost_presence=play.loses_presence)
    repaired = Outcome(execution.tasks, trace, is_repaired=True)
    problems += [f"after the repairs: {each}" for each in play.problems(repaired)]
    if problems:
        explored.violation = _report(problems, trace, play.names, death)


def _unexpected(execution: Execution) -> Iterator[str]:
    """Yields the errors that no caller is told of: all servers are up, but a record may be lost on its way to Kafka."""
    has_lost = any(task.is_arrival and task.is_dead for task in execution.tasks.values())
    for name, task in execution.tasks.items():
        is_expected = isinstance(task.error, DevConnectError) and not isinstance(task.error, Unavailable)
        is_of_loss = has_lost and isinstance(task.error, KafkaUnavailable)
        if task.error is not None and not is_expected and not is_of_loss:
            yield f"{name} has failed: {task.error!r}"


def _answered(name: str, operation: Callable[[], object]) -> object:
    """An operation whose beginning and answer are steps of their own."""
    stop(_BEGINS, is_command=False)
    try:
        return operation()
    finally:
        stop(Step("returns", frozenset(changes(ANSWERS, name))), is_command=False)


def _clear(world: World) -> None:
    """Remove what an execution that was cut short has left: the next one's relay would find it."""
    mongo, written = world.observer.mongo, world.writes.collections
    for place in pending_places(mongo):
        if place.collection.name in written:
            place.collection.delete_many({place.index: {"$exists": True}})
    if mongo.invalidations.name in written:
        mongo.invalidations.delete_many({})


def _report(problems: Sequence[str], trace: Sequence[Taken], names: Mapping[str, str], death: Death | None) -> str:
    lines = [*problems, f"The order{f', where {death}' if death else ''}:"]
    lines += [f"{number:4} {taken}" for number, taken in enumerate(trace, 1)]
    text = "\n".join(lines)
    for known, name in names.items():
        text = text.replace(known, f"<{name}>")
    return _ID.sub("<id>", text)
