"""The table of a client's states, docs/protocol/client-states.json."""

import json
from collections import deque
from dataclasses import dataclass

from infra.local.state import CHECKOUT

PAGE = CHECKOUT / "docs" / "protocol" / "client-states.md"
_TABLE = PAGE.with_suffix(".json")


@dataclass(frozen=True)
class Transition:
    before: str
    on: str
    after: str
    waits_for: str

    def __str__(self) -> str:
        return f"{self.before}, {self.on}"


@dataclass(frozen=True)
class Machine:
    start: str
    states: dict[str, str]
    transitions: tuple[Transition, ...]

    def path_to(self, state: str) -> list[Transition]:
        """Returns the transitions that lead from the start to a state, as few as possible."""
        open_paths: deque[tuple[str, list[Transition]]] = deque([(self.start, [])])
        while open_paths:
            reached, path = open_paths.popleft()
            if reached == state:
                return path
            onward = [each for each in self.transitions if each.before == reached and each not in path]
            open_paths.extend((each.after, [*path, each]) for each in onward)
        raise AssertionError(f"nothing leads to {state}")


def machine(name: str) -> Machine:
    """Returns `connection` or `message`."""
    table = json.loads(_TABLE.read_text())[name]
    rows = (Transition(row["from"], row["on"], row["to"], row.get("for", "")) for row in table["transitions"])
    return Machine(table["start"], table["states"], tuple(rows))
