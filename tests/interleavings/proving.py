"""Explores scenarios side by side, in worker processes that each have a world of their own."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.util import Finalize

from infra.local.process import end_with_parent
from tests.interleavings.catalogue import scenario_of
from tests.interleavings.execution import Death
from tests.interleavings.exploration import Explored, Scenario, explore
from tests.interleavings.people import People
from tests.interleavings.world import World, open_world

EACH_SECONDS = 60.0
"""For one exploration: the orders of a scenario, or those with one death."""


@dataclass
class Proven:
    """What was found of a scenario: its orders without a death, and one exploration for each death."""

    scenario: Scenario
    undisturbed: Explored | None = None
    deaths: dict[Death, Explored] = field(default_factory=dict)
    is_complete: bool = False

    def add(self, death: Death | None, explored: Explored) -> list[Death]:
        """Add what was explored, and return the deaths that are to be explored now."""
        if death is not None:
            self.deaths[death] = explored
            return []
        self.undisturbed = explored
        return deaths_of(explored) if explored.violation is None else []

    @property
    def explored(self) -> list[Explored]:
        return [each for each in (self.undisturbed, *self.deaths.values()) if each is not None]

    @property
    def interleavings(self) -> int:
        """How many interleavings, with and without a death, the executions stand for: see counting.py."""
        return sum(each.interleavings for each in self.explored)

    @property
    def violation(self) -> str | None:
        return next((each.violation for each in self.explored if each.violation is not None), None)

    @property
    def is_exhausted(self) -> bool:
        return self.is_complete and all(each.is_exhausted for each in self.explored)


def prove(
    environment: Mapping[str, str],
    scenarios: Sequence[Scenario],
    *,
    workers: int,
    seconds: float,
    note: Callable[[Proven], None],
) -> Iterator[str]:
    """Explore all orders of the scenarios, and then all deaths: each for EACH_SECONDS, all for `seconds` at most.

    The deaths of the smallest scenarios come first, so that as many as possible are explored to their end. `note` is
    called with a scenario when its last exploration has ended. Yields the eventIds that Kafka has acknowledged.
    """
    found = {scenario.name: Proven(scenario) for scenario in scenarios}
    ends_at = time.monotonic() + seconds
    waiting = [_Unit(0, name, None, ends_at) for name in found]
    left = dict.fromkeys(found, 1)
    running: dict[Future[_Result], _Unit] = {}
    with _pool(environment, workers) as submit:
        while waiting or running:
            while waiting and len(running) < workers:
                unit = min(waiting, key=lambda each: each.size)
                waiting.remove(unit)
                running[submit(unit)] = unit
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                unit, result = running.pop(future), future.result()
                new = found[unit.scenario].add(unit.death, result.explored)
                waiting += [_Unit(result.explored.orders, unit.scenario, death, ends_at) for death in new]
                left[unit.scenario] += len(new) - 1
                if not left[unit.scenario]:
                    found[unit.scenario].is_complete = True
                    note(found[unit.scenario])
                yield from result.published


def deaths_of(undisturbed: Explored) -> list[Death]:
    """Every death that an operation can die, and the loss of each thing that it leaves behind."""
    return [Death(victim, at) for victim, commands in undisturbed.commands.items() for at in range(commands)]


@dataclass(frozen=True)
class _Unit:
    size: int
    """How many orders the scenario has without a death, as far as it was explored."""
    scenario: str
    death: Death | None
    ends_at: float
    """On the monotonic clock, which all processes of a machine share."""


@dataclass(frozen=True)
class _Result:
    explored: Explored
    published: set[str]


class _Worker:
    """What a worker process holds between its explorations."""

    world: World
    people: People
    stop: "Synchronized[int]"


@contextmanager
def _pool(environment: Mapping[str, str], workers: int) -> Iterator[Callable[[_Unit], "Future[_Result]"]]:
    context = multiprocessing.get_context("spawn")
    number, stop = context.Value("i", 0), context.Value("i", 0)
    executor = ProcessPoolExecutor(workers, context, _open, (dict(environment), number, stop))
    try:
        yield lambda unit: executor.submit(_explore, unit)
    finally:
        stop.value = 1  # what is under way ends with its next execution, also after Ctrl-C
        executor.shutdown(cancel_futures=True)


def _open(environment: dict[str, str], number: "Synchronized[int]", stop: "Synchronized[int]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        end_with_parent(parent.pid, signal.SIGKILL)
    with number.get_lock():
        own = number.value
        number.value += 1
    stack = ExitStack()
    _Worker.world = stack.enter_context(open_world(environment, own))
    _Worker.people = People(_Worker.world)
    _Worker.stop = stop
    Finalize(None, stack.close, exitpriority=100)


def _explore(unit: _Unit) -> _Result:
    explored = explore(
        _Worker.world,
        _Worker.people,
        scenario_of(unit.scenario),
        unit.death,
        seconds=min(EACH_SECONDS, unit.ends_at - time.monotonic()),
        is_over=lambda: bool(_Worker.stop.value),
    )
    published = set(_Worker.world.published)
    _Worker.world.published.clear()
    return _Result(explored, published)
