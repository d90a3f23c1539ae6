"""The outcome of a soak, as a table in Markdown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.soak.plan import Plan


@dataclass(frozen=True)
class Outcome:
    plan: Plan
    acknowledged: int
    seconds: float
    settled_after: float
    repeats: int
    reconnects: int
    harms: Counter[str]
    totals: Mapping[str, int]
    memory: Mapping[str, tuple[int, int]]
    failures: Mapping[str, Sequence[str]]

    def table(self) -> str:
        harms = ", ".join(f"{name} {count}" for name, count in sorted(self.harms.items()))
        rate = self.acknowledged / self.seconds
        rows = [
            ("seed", str(self.plan.seed)),
            ("messages acknowledged", f"{self.acknowledged:,} of {self.plan.messages:,}, by {self.plan.users:,} users"),
            ("time", f"{self.seconds:,.0f} s, {rate:,.0f} a second; all consumed {self.settled_after:,.0f} s later"),
            ("frames sent again", f"{self.repeats:,}; sockets opened again: {self.reconnects:,}"),
            ("harms", f"{self.harms.total()}: {harms}"),
            ("compared by the audit", ", ".join(f"{name} {count:,}" for name, count in self.totals.items())),
            *((what, "true" if not found else f"**{len(found)} failures**") for what, found in self.failures.items()),
        ]
        memory = [(name, first // 1024, last // 1024) for name, (first, last) in self.memory.items()]
        return "\n".join(
            [
                "| what | outcome |",
                "|---|---|",
                *(f"| {what} | {outcome} |" for what, outcome in rows),
                "",
                "| process | MiB in the first quarter | in the last quarter |",
                "|---|---|---|",
                *(f"| {name} | {first} | {last} |" for name, first, last in memory),
            ]
        )
