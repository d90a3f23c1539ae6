"""The explorer itself, on operations whose orders can be counted by hand."""

import itertools
import random
from collections.abc import Mapping, Sequence
from functools import partial

import pytest

from tests.interleavings.counting import Taken, interleavings
from tests.interleavings.execution import Death, Execution, Task, await_arrival, leave, stop
from tests.interleavings.orders import Orders
from tests.interleavings.steps import Step, Touch

Program = Mapping[str, Sequence[Step]]


def writes(thing: str) -> Step:
    return Step(f"writes {thing}", frozenset({Touch("memory", thing, changes=True)}))


def looks(thing: str) -> Step:
    return Step(f"reads {thing}", frozenset({Touch("memory", thing, changes=False)}))


def take(steps: Sequence[Step]) -> None:
    for step in steps:
        stop(step)


def all_orders(program: Program, death: Death | None = None) -> tuple[list[list[Taken]], int]:
    """Returns the orders, and how many executions were cut short."""
    orders, complete, cut = Orders(), [], 0
    while not orders.is_exhausted:
        execution = Execution(death)
        for name, steps in program.items():
            execution.add(name, partial(take, steps))
        trace, is_complete = orders.run(execution)
        if is_complete:
            complete.append(trace)
        else:
            cut += 1
    return complete, cut


def normal_form(trace: Sequence[Taken]) -> frozenset[tuple[tuple[str, int], tuple[str, int]]]:
    """What makes two orders one: which of the steps that depend on each other comes first."""
    numbers: dict[str, int] = {}
    numbered = []
    for taken in trace:
        numbers[taken.task] = numbers.get(taken.task, 0) + 1
        numbered.append(((taken.task, numbers[taken.task]), taken))
    return frozenset(
        (first[0], second[0])
        for first, second in itertools.combinations(numbered, 2)
        if first[1].task == second[1].task or first[1].step.depends_on(second[1].step)
    )


def every_order(program: Program) -> list[list[Taken]]:
    """All interleavings, by brute force."""

    def merge(left: dict[str, int]) -> list[list[Taken]]:
        if all(count == len(program[name]) for name, count in left.items()):
            return [[]]
        return [
            [Taken(name, program[name][count]), *rest]
            for name, count in left.items()
            if count < len(program[name])
            for rest in merge({**left, name: count + 1})
        ]

    return merge(dict.fromkeys(program, 0))


def normal_forms(traces: Sequence[Sequence[Taken]]) -> set[frozenset[tuple[tuple[str, int], tuple[str, int]]]]:
    return {normal_form(trace) for trace in traces}


@pytest.mark.parametrize(
    ("program", "number"),
    [
        ({"a": [writes("x")] * 3, "b": [writes("y")] * 3}, 1),
        ({"a": [writes("x")] * 3, "b": [writes("x")] * 3}, 20),
        ({"a": [looks("x")] * 3, "b": [looks("x")] * 3}, 1),
        ({"a": [looks("x"), writes("x")], "b": [looks("x"), writes("x")]}, 4),
        ({"a": [writes("*")], "b": [writes("x")], "c": [looks("y")]}, 4),
    ],
)
def test_orders_that_differ_in_dependent_steps_are_run_once_each(program: Program, number: int) -> None:
    orders, _ = all_orders(program)
    assert len(orders) == number
    assert normal_forms(orders) == normal_forms(every_order(program))


@pytest.mark.parametrize("seed", range(40))
def test_no_order_of_a_random_program_is_missed_or_run_twice(seed: int) -> None:
    rng = random.Random(seed)
    program = {
        name: [rng.choice([writes, looks])(rng.choice("xyz")) for _ in range(rng.randint(1, 3))] for name in "abc"
    }
    orders, _ = all_orders(program)
    forms = [normal_form(trace) for trace in orders]
    assert len(set(forms)) == len(forms)
    merged = every_order(program)
    assert set(forms) == normal_forms(merged)
    assert sum(map(interleavings, orders)) == len(merged), "each interleaving belongs to one order that was run"


def test_a_dead_operation_takes_no_further_step() -> None:
    orders, _ = all_orders({"a": [writes("x")] * 3, "b": [writes("x")] * 2}, Death("a", 1))
    assert len({normal_form(trace) for trace in orders}) == 3
    for trace in orders:
        assert [taken.step.label for taken in trace if taken.task == "a"] == ["writes x", "dies"]


def test_interleavings_are_those_in_which_a_thing_comes_after_what_left_it_and_before_who_waits_for_it() -> None:
    orders = Orders()
    execution = Execution()
    execution.add("a", lambda: await_arrival(leave_after(looks("y"))))
    execution.add("b", partial(take, [looks("x"), looks("z")]))
    [trace, _] = orders.run(execution)
    assert [taken.task for taken in trace].count("a, record 1") == 1
    # Three steps in a row, looks at y, record and waits, among which two others are spread.
    assert interleavings(trace) == 10


def test_interleavings_in_which_nobody_moves_between_a_conflict_and_its_retry_do_not_count() -> None:
    conflict, retry, other = Step("conflicts"), Step("tries again", is_retry=True), Step("another")
    trace = [Taken("a", conflict, has_conflicted=True), Taken("b", other), Taken("a", retry), Taken("b", other)]
    # Of the six ways to merge two and two, these have a step of b between those of a: abab, abba, baba.
    assert interleavings(trace) == 3


def leave_after(step: Step) -> Task:
    stop(step)
    return leave("record", writes("w"), int)


def send_and_write(arrived: list[str]) -> None:
    leave("record", writes("x"), lambda: arrived.append("record"))
    stop(writes("y"))


def test_what_a_dead_operation_has_left_behind_arrives_or_is_lost() -> None:
    outcomes = set()
    orders = Orders()
    while not orders.is_exhausted:
        arrived: list[str] = []
        execution = Execution(Death("a", 0))

        execution.add("a", partial(send_and_write, arrived))
        orders.run(execution)
        outcomes.add(tuple(arrived))
    assert outcomes == {(), ("record",)}


def test_an_operation_waits_for_what_it_left_behind_and_learns_of_its_loss() -> None:
    for death in (None, Death("a, record 1", 0)):
        orders = Orders()
        while not orders.is_exhausted:
            execution = Execution(death)
            execution.add("a", lambda: await_arrival(leave("record", writes("x"), int)))
            orders.run(execution)
            assert execution.tasks["a"].result is (death is None)
