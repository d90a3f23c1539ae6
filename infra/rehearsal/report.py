"""The final report: what was tried and what was not, by name and with counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from infra.rehearsal.stage import DeployedStack, Stage
from infra.rehearsal.suite import Outcome


def lines(times: list[tuple[str, float]], stage: Stage, outcome: Outcome | None) -> Iterator[str]:
    yield ""
    for what, seconds in times:
        yield f"{seconds:8.1f} s  {what}"
    yield f"{sum(seconds for _, seconds in times):8.1f} s  together"
    yield from of_stack("base", stage.base)
    yield from of_stack("app", stage.app)
    if outcome is not None:
        yield from of_tests(outcome)


def of_stack(name: str, stack: DeployedStack) -> Iterator[str]:
    adapted = stack.adapted
    of_template = stack.template["Resources"].keys()
    deployed = of_template & stack.stack.physical_ids.keys()
    forbidden = len(of_template) - len(deployed) - len(adapted.left_out)
    yield ""
    yield (
        f"The {name} stack: of {len(of_template)} resources {len(deployed)} deployed, "
        f"{len({name for name, _ in adapted.changed})} changed, {len(adapted.left_out)} left out, "
        f"{forbidden} forbidden by the template's conditions."
    )
    yield from (f"  in other words: {reason}" for reason in adapted.rewritten)
    yield from _by_reason("left out", adapted.left_out)
    yield from _by_reason("changed", adapted.changed)


def of_tests(outcome: Outcome) -> Iterator[str]:
    failed = f", {len(outcome.failed)} FAILED" if outcome.failed else ""
    yield ""
    yield f"The end-to-end tests: {outcome.passed} passed, {len(outcome.left_out)} left out by name{failed}."
    yield from _by_reason("left out", outcome.left_out)
    for test in outcome.failed:
        yield f"  FAILED {test}"


def _by_reason(verb: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    names = defaultdict[str, list[str]](list)
    for name, reason in pairs:
        names[reason].append(name)
    for reason, of_reason in sorted(names.items(), key=lambda item: len(item[1]), reverse=True):
        yield f"  {len(of_reason)} {verb}: {reason}"
        yield from (f"      {name}" for name in sorted(of_reason))
