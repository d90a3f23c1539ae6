"""Adapts a copy of a template to the local AWS, and records every difference.

Nothing here changes what is deployed to AWS. Resources that are recorded neither as left out nor as changed go to the
local AWS's CloudFormation as they are.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from infra.cloudformation.parts import Template
from infra.rehearsal.references import referred

Resource = Template
Change = Callable[[Resource], Resource | None]
"""Returns the resource as the local AWS accepts it, or None if the change does not apply to it."""


@dataclass(frozen=True)
class Rules:
    """The limits of the local AWS, each with its reason, which is part of a sentence.

    `rewrites` apply to the template as a whole, and come first; then `changes` are tried on each resource. `lacks` are
    the resource types that are left out, `refuses` are predicates for single resources that are left out.
    """

    rewrites: Mapping[str, Callable[[Template], Template]]
    lacks: Mapping[str, str]
    refuses: Mapping[str, Callable[[Resource], bool]]
    changes: Mapping[str, Change]


@dataclass(frozen=True)
class Adapted:
    """An adapted template.

    `rewritten` are reasons; `left_out` and `changed` are pairs of a logical id and a reason, several for an id at most.
    """

    template: Template
    rewritten: list[str]
    left_out: list[tuple[str, str]]
    changed: list[tuple[str, str]]


def adapt(template: Template, rules: Rules) -> Adapted:
    """Returns the adapted template. A resource that refers to one left out is left out too; DependsOn is ignored."""
    rewritten: list[str] = []
    for reason, rewrite in rules.rewrites.items():
        before, template = template, rewrite(template)
        rewritten += [reason] if template != before else []
    resources: dict[str, Resource] = deepcopy(template["Resources"])
    changed = _change(resources, rules)
    left_out = _left_out(resources, rules)
    kept = {name: _without_order(resource, left_out) for name, resource in resources.items() if name not in left_out}
    outputs = {
        name: output
        for name, output in template.get("Outputs", {}).items()
        if not left_out.keys() & {*referred(output)}
    }
    return Adapted(
        {**template, "Resources": kept, "Outputs": outputs},
        rewritten,
        list(left_out.items()),
        [(name, reason) for name, reason in changed if name in kept],
    )


def _change(resources: dict[str, Resource], rules: Rules) -> list[tuple[str, str]]:
    changed: list[tuple[str, str]] = []
    for reason, change in rules.changes.items():
        for name, resource in resources.items():
            new = change(resource)
            if new is not None:
                resources[name] = new
                changed.append((name, reason))
    return changed


def _left_out(resources: Mapping[str, Resource], rules: Rules) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for name, resource in resources.items():
        if resource["Type"] in rules.lacks:
            reasons[name] = rules.lacks[resource["Type"]]
        for reason, is_refused in rules.refuses.items():
            if is_refused(resource):
                reasons[name] = reason
    while more := dict(_dependants(resources, reasons)):
        reasons |= more
    return reasons


def _dependants(resources: Mapping[str, Resource], left_out: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, resource in resources.items():
        missing = left_out.keys() & {*referred(resource)}
        if missing and name not in left_out:
            yield name, f"it refers to {', '.join(sorted(missing))}"


def _without_order(resource: Resource, left_out: Mapping[str, str]) -> Resource:
    order = resource.get("DependsOn", [])
    names = [order] if isinstance(order, str) else order
    kept = [name for name in names if name not in left_out]
    return resource if kept == names else {**resource, "DependsOn": kept}
