"""All orders of the steps of an execution, depth first: each is run from the beginning, along its own choices.

Orders that differ only in steps which touch nothing in common are one order: source-set dynamic partial-order reduction
(Abdulla, Aronis, Jonsson, Sagonas, POPL 2014) finds where two steps might have run the other way round, and sleep sets
(Godefroid, 1996) end an execution that is about to repeat another one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tests.interleavings.counting import Taken
from tests.interleavings.execution import Execution, StuckError
from tests.interleavings.steps import Step

MOST_STEPS = 400
"""No execution has so many: one that does goes on for ever."""


class NotRepeatableError(Exception):
    """The same choices led to other steps, so that the orders cannot be counted."""


_Clock = dict[str, int]
"""{task: n}: of the first n steps, each of that task comes before, whatever the order of independent steps."""


@dataclass
class _Choice:
    """A point of the order that is being run: which tasks could go on, and which of them were let go on here."""

    enabled: frozenset[str]
    asleep: frozenset[str]
    chosen: str
    done: set[str]
    wanted: set[str]


@dataclass
class Orders:
    """The orders of one set of operations. Call `run` with a fresh execution each, until `is_exhausted`."""

    is_exhausted: bool = False
    _path: list[_Choice] = field(default_factory=list)

    def run(self, execution: Execution) -> tuple[list[Taken], bool]:
        """Run the next order. Returns its steps, and False where it was cut short as it only repeats another order.

        Raises StuckError, NotRepeatableError.
        """
        trace: list[Taken] = []
        asleep: dict[str, Step] = {}
        is_complete = False
        while enabled := execution.enabled():
            if len(trace) == MOST_STEPS:
                raise StuckError("The execution does not come to an end:\n" + "\n".join(map(str, trace[-20:])))
            choice = self._choice(len(trace), enabled, asleep, trace[-1].task if trace else None)
            if choice is None:
                break
            task, known = execution.tasks[choice.chosen], len(execution.tasks)
            had_conflicted = task.has_conflicted
            step = execution.advance(choice.chosen)
            passed_over = asleep.keys() | (choice.done - {choice.chosen})
            asleep = {name: enabled[name] for name in passed_over if not enabled[name].depends_on(step)}
            leaves = tuple(islice(execution.tasks, known, None))
            trace.append(Taken(choice.chosen, step, leaves, task.has_conflicted and not had_conflicted))
        else:
            is_complete = True
        unfinished = [Taken(name, task.step) for name, task in execution.tasks.items() if task.step is not None]
        execution.kill_all()
        if is_complete and unfinished:
            raise StuckError("Each waits for another:\n" + "\n".join(map(str, [*trace, *unfinished])))
        self._want_races(trace, execution.lost)
        self._go_on()
        return trace, is_complete

    def _choice(
        self, depth: int, enabled: dict[str, Step], asleep: dict[str, Step], last: str | None
    ) -> _Choice | None:
        """The choice at a depth: the one that is to be repeated, or a new one; None where all that can go on sleep."""
        if depth < len(self._path):
            if self._path[depth].enabled != enabled.keys():
                raise NotRepeatableError(f"{sorted(enabled)} can go on, and before {sorted(self._path[depth].enabled)}")
            return self._path[depth]
        awake = [name for name in enabled if name not in asleep]
        if not awake:
            return None
        chosen = last if last in awake else awake[0]
        self._path.append(_Choice(frozenset(enabled), frozenset(asleep), chosen, {chosen}, set()))
        return self._path[depth]

    def _want_races(self, trace: Sequence[Taken], lost: Mapping[str, Step]) -> None:
        """Note, for each step, before which earlier ones it might have come. What was lost might have arrived."""
        clocks: list[_Clock] = []
        past: dict[str, _Clock] = {}
        for place, taken in enumerate(trace):
            clock = self._want_before(taken, trace[:place], clocks, past.get(taken.task, {}))
            clock[taken.task] = place + 1
            clocks.append(clock)
            past[taken.task] = clock
        for task, step in lost.items():
            self._want_before(Taken(task, step), trace, clocks, {})

    def _want_before(self, taken: Taken, earlier: Sequence[Taken], clocks: Sequence[_Clock], past: _Clock) -> _Clock:
        """Returns the clock of the step: what comes before it whatever the order of independent steps."""
        clock = dict(past)
        racing: list[int] = []
        for place in range(len(earlier) - 1, -1, -1):
            other = earlier[place]
            if other.task == taken.task or clock.get(other.task, 0) > place:
                continue
            is_awaited = other.task == taken.step.awaits
            if is_awaited or taken.step.depends_on(other.step):
                if not is_awaited:
                    racing.append(place)
                for task, count in clocks[place].items():
                    clock[task] = max(count, clock.get(task, 0))
        for place in racing:
            self._want(place, taken.task, earlier, [*clocks, clock])
        return clock

    def _want(self, place: int, task: str, earlier: Sequence[Taken], clocks: Sequence[_Clock]) -> None:
        """Want an order in which the next step of `task` comes before the step at `place`.

        It begins with any step that comes after neither that one nor another of those in between.
        """
        choice, passed = self._path[place], earlier[place].task
        tasks = [*(taken.task for taken in earlier), task]
        between = [
            at for at in range(place + 1, len(tasks)) if clocks[at].get(passed, 0) <= place or at == len(earlier)
        ]
        first = {
            tasks[at]
            for at in between
            if not any(clocks[at].get(tasks[other], 0) > other for other in between if other < at)
        }
        possible = first & choice.enabled
        if not possible:
            choice.wanted |= choice.enabled
        elif not possible & (choice.wanted | choice.done):
            choice.wanted.add(task if task in possible else min(possible))

    def _go_on(self) -> None:
        """Turn to the next order: another choice at the deepest point that wants one."""
        while self._path:
            choice = self._path[-1]
            rest = choice.wanted - choice.done - choice.asleep
            if rest:
                choice.chosen = min(rest)
                choice.done.add(choice.chosen)
                return
            self._path.pop()
        self.is_exhausted = True
