"""Captures each query that chalicelib sends to MongoDB, with the functions that sent it, and explains its plan."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo.database import Database
from pymongo.monitoring import CommandStartedEvent

from infra.local.state import CHECKOUT
from tests.support.mongodb_commands import StartedCommandListener

Command = Mapping[str, Any]  # Any: BSON

CODE = str(CHECKOUT / "chalicelib")
_PARTS = {
    "find": ("filter", "projection", "sort", "limit", "hint"),
    "aggregate": ("pipeline", "hint"),
    "findAndModify": ("query", "update", "sort", "fields", "new", "upsert"),
}
"""The parts of a command that `explain` takes. The other parts concern the session and the connection."""

_BOUNDS: CodecOptions[dict[str, Any]] = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO)
"""The bounds of a plan may be times beyond the range of datetime."""

PART_OF_AN_INDEX = "LOOKUP BY A PART OF AN INDEX"
_OPERATORS = {"expr", "and", "eq", "gt", "lte"}

_STATEMENTS = {"update": "updates", "delete": "deletes"}
"""Commands that may have many statements, of which `explain` takes one at a time."""


@dataclass(frozen=True)
class Query:
    """A command, and the `functions` of chalicelib on the stack when it was sent, the innermost first."""

    command: Command
    functions: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(next(iter(self.command)))

    @property
    def collection(self) -> str:
        return str(self.command[self.name])

    @property
    def limit(self) -> int:
        """How many documents it returns at most; 0 if it has no limit."""
        stages = self.command.get("pipeline", ())
        limits = [stage["$limit"] for stage in stages if "$limit" in stage] or [self.command.get("limit", 0)]
        return max(int(min(limits)), _longest_in(self.command))

    @property
    def left_out(self) -> int:
        """How many values its filter leaves out, each of which costs a key."""
        conditions = [each for each in self.command.get("filter", {}).values() if isinstance(each, Mapping)]
        return sum(len(each.get("$nin", ())) for each in conditions)

    def __str__(self) -> str:
        return f"{self.functions[0]}: {dict(self.command)}"[:400]


class Capture(StartedCommandListener):
    def __init__(self) -> None:
        self.queries: list[Query] = []

    def started(self, event: CommandStartedEvent) -> None:
        functions = tuple(_functions())
        self.queries += [Query(command, functions) for command in _explainable(event) if functions]


def _explainable(event: CommandStartedEvent) -> Iterator[Command]:
    name, command = event.command_name, event.command
    if name in _PARTS:
        extra: Command = {"cursor": {}} if name == "aggregate" else {}
        yield {name: command[name], **{part: command[part] for part in _PARTS[name] if part in command}, **extra}
    for statement in command.get(_STATEMENTS.get(name, ""), ()):
        yield {name: command[name], _STATEMENTS[name]: [statement]}


def _longest_in(command: Command) -> int:
    """The length of the longest `$in`: so many values are looked up one by one."""
    filters = [command.get("filter", {})]
    filters += [statement["q"] for name in _STATEMENTS.values() for statement in command.get(name, ())]
    conditions = [condition for query in filters for condition in query.values() if isinstance(condition, Mapping)]
    return max((len(condition.get("$in", ())) for condition in conditions), default=0)


def _functions() -> Iterator[str]:
    frame = sys._getframe(2)
    while frame.f_back is not None:
        if name := _function_of(frame.f_code):
            yield name
        frame = frame.f_back


@cache
def _function_of(code: CodeType) -> str | None:
    """`<file> <class>.<function>`, or None for code outside of chalicelib."""
    if not code.co_filename.startswith(CODE):
        return None
    return f"{Path(code.co_filename).relative_to(CODE)} {code.co_qualname.partition('.<locals>')[0]}"


@dataclass(frozen=True)
class Plan:
    """The `stages` of the winning plan, and how many index `keys` and `documents` it examined for those `returned`."""

    stages: frozenset[str]
    keys: int
    documents: int
    returned: int


def explain(database: Database[dict[str, Any]], query: Query) -> Plan:
    explained = database.command("explain", query.command, codec_options=_BOUNDS, verbosity="executionStats")
    stages, keys, documents, returned = set[str](), 0, 0, 0
    for part in _parts(explained):
        if "winningPlan" in part:
            stages |= set(_stages(part["winningPlan"]))
        if "totalKeysExamined" in part:
            keys += part["totalKeysExamined"]
            documents += part["totalDocsExamined"]
            returned = max(returned, part.get("nReturned", 0), _matched(part.get("executionStages", {})))
        if part.get("collectionScans"):  # of a $lookup
            stages.add("COLLSCAN")
        stages |= {name for name in ("$sort",) if name in part}
        if "$lookup" in part and not _is_covered(part):
            stages.add(PART_OF_AN_INDEX)
    return Plan(frozenset(stages), keys, documents, returned)


def _is_covered(lookup: Mapping[str, Any]) -> bool:
    """Whether an index covers all fields of the match. MongoDB 6.0 does not count the keys that a `let` examines."""
    match = str([stage["$match"] for stage in lookup["$lookup"]["pipeline"] if "$match" in stage])
    wanted = set(re.findall(r"'\$(?!\$)(\w+)'", match)) - _OPERATORS
    return any(all(field in index for field in wanted) for index in lookup["indexesUsed"])


def _parts(explained: object) -> Iterator[dict[str, Any]]:
    """Every document inside, except those of rejected plans and of the command itself."""
    if isinstance(explained, Mapping):
        yield dict(explained)
        for name, inner in explained.items():
            if name not in {"rejectedPlans", "command", "executionStages", "allPlansExecution", "winningPlan"}:
                yield from _parts(inner)
    elif isinstance(explained, Sequence) and not isinstance(explained, str | bytes):
        for inner in explained:
            yield from _parts(inner)


def _stages(plan: object) -> Iterator[str]:
    if isinstance(plan, Mapping):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for inner in plan.values():
            yield from _stages(inner)
    elif isinstance(plan, list):
        for inner in plan:
            yield from _stages(inner)


def _matched(execution: Mapping[str, Any]) -> int:
    return int(execution.get("nWouldModify", 0) or execution.get("nWouldDelete", 0) or 0)
