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

    @property
    def explored(self) -> list[Explored]:
        return [each for each in (self.undisturbed, *self.deaths.values()) if each is not None]

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

    `note` is called with a scenario when its last exploration has ended. Yields the eventIds that Kafka has
    acknowledged.
    """
    found = {scenario.name: Proven(scenario) for scenario in scenarios}
    with _pool(environment, workers) as submit:
        running: dict[Future[_Result], _Unit] = {}
        left: dict[str, int] = dict.fromkeys(found, 1)
        ends_at = time.monotonic() + seconds
        for unit in (_Unit(name, None, ends_at) for name in found):
            running[submit(unit)] = unit
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                unit, result = running.pop(future), future.result()
                proven = found[unit.scenario]
                yield from result.published
                left[unit.scenario] -= 1
                if unit.death is None:
                    proven.undisturbed = result.explored
                    if result.explored.violation is None:
                        for death in deaths_of(result.explored):
                            next_unit = _Unit(unit.scenario, death, ends_at)
                            running[submit(next_unit)] = next_unit
                            left[unit.scenario] += 1
                else:
                    proven.deaths[unit.death] = result.explored
                if not left[unit.scenario]:
                    proven.is_complete = True
                    note(proven)


def deaths_of(undisturbed: Explored) -> list[Death]:
    """Every death that an operation can die, and the loss of each thing that it leaves behind."""
    return [Death(victim, at) for victim, commands in undisturbed.commands.items() for at in range(commands)]


@dataclass(frozen=True)
class _Unit:
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
