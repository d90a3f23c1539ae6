"""Prints the load on MongoDB as tables, and whether it meets the claims and the goal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from tests.bench.chat_day import Kind
from tests.bench.living_day import LivingDay
from tests.bench.mongodb_counts import Command

CLAIM, GOAL = 0.70, 0.95
SESSION_CHECK_SECONDS = 0.003


@dataclass(frozen=True)
class Run:
    """The day as it was executed once. `server` has the commands that MongoDB itself has counted."""

    name: str
    day: LivingDay
    server: Counter[str]

    def commands(self, kind: Kind | None = None) -> Counter[Command]:
        """The commands that the driver sent, for one kind of operation or for all."""
        return sum((self.day.counts.of(each) for each in ([kind] if kind else Kind)), Counter())


@dataclass(frozen=True)
class Load:
    """How many commands MongoDB got. `kept` are the kept deletions, which are in no other number."""

    reads: int
    acknowledged: int
    unacknowledged: int
    kept: int

    @classmethod
    def of(cls, commands: Counter[Command]) -> "Load":
        writes = [(command, number) for command, number in commands.items() if not command.reads]
        return cls(
            reads=sum(number for command, number in commands.items() if command.reads),
            acknowledged=sum(n for write, n in writes if write.acknowledged and not write.is_of_the_outage),
            unacknowledged=sum(n for write, n in writes if not write.acknowledged),
            kept=sum(n for write, n in writes if write.is_of_the_outage),
        )

    @property
    def writes(self) -> int:
        return self.acknowledged + self.unacknowledged

    @property
    def total(self) -> int:
        return self.reads + self.writes


def saved(with_redis: int, without: int) -> float:
    return 1 - with_redis / without if without else 0.0


def print_kinds(console: Console, cached: Run, bare: Run, floors: Mapping[str, Sequence[float]]) -> None:
    table = Table(title="MongoDB commands an operation, and milliseconds (median / p99); with Redis, and without")
    for column in ("operation", "times", "with", "without", "saved", "ms with", "ms without"):
        table.add_column(column, justify="left" if column == "operation" else "right", no_wrap=True)
    for kind in Kind:
        times = len(cached.day.durations[kind])
        if times:
            with_redis, without = (Load.of(run.commands(kind)).total for run in (cached, bare))
            table.add_row(
                kind,
                f"{times:,}",
                f"{with_redis / times:.2f}",
                f"{without / times:.2f}",
                f"{saved(with_redis, without):.0%}",
                *(_milliseconds(run.day.durations[kind]) for run in (cached, bare)),
            )
    table.add_section()
    for name, durations in floors.items():
        table.add_row(f"floor: {name}", f"{len(durations):,}", "", "", "", _milliseconds(durations), "")
    console.print(table)


def print_totals(console: Console, cached: Run, bare: Run) -> float:
    """Returns the fraction of the commands that Redis saves."""
    with_redis, without = Load.of(cached.commands()), Load.of(bare.commands())
    table = Table(title="MongoDB commands of the whole day")
    for column in ("", "with Redis", "without", "saved"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for name, first, second in (
        ("reads", with_redis.reads, without.reads),
        ("writes, acknowledged", with_redis.acknowledged, without.acknowledged),
        ("writes, not waited for (w:0)", with_redis.unacknowledged, without.unacknowledged),
        ("all", with_redis.total, without.total),
    ):
        table.add_row(name, f"{first:,}", f"{second:,}", f"{saved(first, second):.1%}")
    console.print(table)
    console.print(
        f"Of the {with_redis.total:,} commands that are left, "
        f"{with_redis.writes:,} ({with_redis.writes / with_redis.total:.0%}) are writes, "
        f"which no cache can save: with no reads at all, {saved(with_redis.writes, without.total):.1%} would be saved."
    )
    console.print(
        f"Left out: {without.kept:,} deletions that were kept for Redis' return, as a system without a cache has none. "
        f"Counted in, {saved(with_redis.total + with_redis.kept, without.total + without.kept):.1%} would be saved."
    )
    return saved(with_redis.total, without.total)


def print_agreement(console: Console, run: Run) -> bool:
    """Returns whether the server has executed what the driver sent, command by command."""
    sent: Counter[str] = Counter()
    for command, number in run.commands().items():
        sent[command.name] += number
    executed = +run.server
    agrees = sent == executed
    words = "they agree" if agrees else f"they differ: the driver {dict(sent)}, the server {dict(executed)}"
    console.print(
        f"{run.name}: the driver sent {sent.total():,} commands, the server did {executed.total():,}: {words}."
    )
    return agrees


def print_verdicts(console: Console, part_saved: float, checks: Mapping[str, Sequence[float]]) -> bool:
    """Returns whether both claims hold. The goal is printed too, and decides nothing."""
    for name, limit in (("claim", CLAIM), ("goal", GOAL)):
        console.print(f"{name}: {limit:.0%} fewer MongoDB commands: {part_saved:.1%}, {_verdict(part_saved >= limit)}")
    for name, durations in checks.items():
        console.print(f"session check {name}: {_milliseconds(durations)} ms (median / p99)")
    check = median(checks["with Redis"])
    console.print(
        f"claim: a session check in {SESSION_CHECK_SECONDS * 1000:g} ms: {check * 1000:.2f} ms, "
        f"{_verdict(check <= SESSION_CHECK_SECONDS)}"
    )
    return part_saved >= CLAIM and check <= SESSION_CHECK_SECONDS


def _verdict(reached: bool) -> str:
    return "met" if reached else "missed"


def _milliseconds(durations: Sequence[float]) -> str:
    if len(durations) < 2:
        return f"{durations[0] * 1000:.2f} / -"
    return f"{median(durations) * 1000:.2f} / {quantiles(durations, n=100, method='inclusive')[98] * 1000:.2f}"
