"""A frame of `top`: what a look has told, as a person reads it."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.filesize import decimal
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from infra.ops.rendering import table
from infra.ops.top.kafka_figures import KafkaFigures
from infra.ops.top.look import Look
from infra.ops.top.mongodb_figures import MongoFigures
from infra.ops.top.redis_figures import RedisFigures


def frame(now: Look, before: Look | None) -> RenderableType:
    """`before` is the look that rates are measured since; None where there is none."""
    earlier = before.mongodb if before is not None and isinstance(before.mongodb, MongoFigures) else None
    return Group(
        _part("Kafka", [now.kafka] if isinstance(now.kafka, str) else _kafka(now.kafka)),
        _part("MongoDB", [now.mongodb] if isinstance(now.mongodb, str) else _mongodb(now.mongodb, earlier)),
        _part("Redis", [now.redis] if isinstance(now.redis, str) else _redis(now.redis)),
    )


def _part(name: str, lines: Iterable[RenderableType]) -> RenderableType:
    return Group(Text(name, style="bold"), *(Padding(line, (0, 0, 0, 2)) for line in lines))


def _kafka(figures: KafkaFigures) -> Iterator[RenderableType]:
    letters = "no such topic" if figures.dead_letters is None else f"{figures.dead_letters:,}"
    yield _figures({"behind": f"{figures.lag.total:,}", "dead letters": letters})
    if figures.lag.missingTopics:
        yield f"Missing topics: {', '.join(figures.lag.missingTopics)}."
    by_topic = groupby(figures.lag.partitions, key=lambda row: row.topic)
    rows = [(topic, [row.lag for row in partitions]) for topic, partitions in by_topic]
    yield table(
        ["topic", "behind", "by partition"],
        ([topic, sum(lags), "  ".join(f"{lag:,}" for lag in lags)] for topic, lags in rows),
    )


def _mongodb(figures: MongoFigures, before: MongoFigures | None) -> Iterator[RenderableType]:
    oldest = figures.oldest_pending
    age = "none" if oldest is None else f"{max(0.0, (figures.at - oldest).total_seconds()):.1f} s"
    yield _figures({"open sockets": f"{figures.sockets:,}", "oldest pending event": age})
    yield _events(figures, before)
    yield from _slow(figures)


def _events(figures: MongoFigures, before: MongoFigures | None) -> Table:
    rates = figures.per_second(before)
    # A steady order: a table whose rows jump cannot be read.
    rows = [[name, f"{rates[name]:.1f}" if name in rates else None, count] for name, count in figures.counts.items()]
    rows.sort(key=lambda row: str(row[0]))
    total = [f"all on {figures.day}", f"{sum(rates.values()):.1f}" if rates else None, sum(figures.counts.values())]
    return table(["event", "a second", "that day"], [*rows, total])


def _slow(figures: MongoFigures) -> Iterator[RenderableType]:
    if figures.slow.note:
        yield figures.slow.note
    if not figures.slow.queries:
        yield "No slow query runs, or was kept by the profiler."
        return
    yield table(
        ["slowest, ms", "command", "collection", "plan", ""],
        (
            [query.milliseconds, query.command, query.collection, query.plan, "runs now" if query.is_running else ""]
            for query in figures.slow.queries
        ),
    )


def _redis(figures: RedisFigures) -> Iterator[RenderableType]:
    yield _figures({"memory": decimal(figures.memory), "writes": "refused" if figures.refuses_writes else "taken"})


def _figures(values: dict[str, str]) -> Text:
    return Text("   ").join(Text.assemble(f"{name} ", (value, "bold")) for name, value in values.items())
