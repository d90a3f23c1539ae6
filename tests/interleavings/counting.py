"""How many interleavings an order stands for: those that differ from it in the order of independent steps alone.

An interleaving says of each step when it is taken, whatever it touches. The steps of a task come in their order, what a
task leaves behind comes after the step that left it, whoever waits comes after what it waits for, and dependent steps
come in the order in which they were run. What is left are the linear extensions of a partial order, and these are
counted one by one: over the sets of steps that may have been taken, from the empty one to the whole.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.interleavings.steps import Step


@dataclass(frozen=True)
class Taken:
    """A step that a task has taken, the tasks that it left behind, and whether it has conflicted with another task."""

    task: str
    step: Step
    leaves: tuple[str, ...] = ()
    has_conflicted: bool = False

    def __str__(self) -> str:
        return f"{self.task}: {self.step.label}"


def interleavings(trace: Sequence[Taken]) -> int:
    """Return the number of interleavings that are the same as this one but for independent steps, itself included."""
    chains: dict[str, list[int]] = {}
    for place, taken in enumerate(trace):
        chains.setdefault(taken.task, []).append(place)
    before = _before(trace)
    bits = {task: 1 << number for number, task in enumerate(chains)}
    # Whether another task has moved since a conflict matters for the tasks alone that try again.
    trying = sum(bits[task] for task in {taken.task for taken in trace if taken.step.is_retry})
    whole = [(bits[task], sum(1 << place for place in chain), chain) for task, chain in chains.items()]
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    for _ in trace:
        longer: defaultdict[tuple[int, int], int] = defaultdict(int)
        for (done, moved), number in ways.items():
            for bit, mask, chain in whole:
                own = done & mask
                if own == mask:
                    continue
                place = chain[own.bit_count()]
                if before[place] & ~done or (trace[place].step.is_retry and not moved & bit):
                    continue
                now_moved = (moved | trying & ~bit) & ~(bit if trace[place].has_conflicted else 0)
                longer[done | 1 << place, now_moved] += number
        ways = longer
    return sum(ways.values())


def _before(trace: Sequence[Taken]) -> list[int]:
    """For each step, the places of earlier steps that come before it in each of the interleavings, as bits."""
    before: list[int] = []
    latest: dict[str, int] = {}
    for place, taken in enumerate(trace):
        bits = latest.get(taken.task, 0)
        for earlier, other in enumerate(trace[:place]):
            if other.task != taken.task and (
                taken.step.awaits == other.task or taken.task in other.leaves or taken.step.depends_on(other.step)
            ):
                bits |= 1 << earlier
        before.append(bits)
        latest[taken.task] = 1 << place
    return before
