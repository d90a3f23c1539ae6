"""Positions in a topic, as written on the command line."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import click


@dataclass(frozen=True)
class PartitionOffsets:
    """Offsets of one partition; `offsets.stop` is exclusive."""

    partition: int
    offsets: range


class OffsetsType(click.ParamType[PartitionOffsets]):
    """`PARTITION:OFFSET`, or `PARTITION:FROM-TO` with both ends included."""

    name = "PARTITION:OFFSET[-OFFSET]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> PartitionOffsets:
        match = re.fullmatch(r"(\d+):(\d+)(?:-(\d+))?", value, re.ASCII)
        if match is None:
            self.fail(f"{value!r} is neither PARTITION:OFFSET nor PARTITION:FROM-TO.", param, ctx)
        first, last = int(match[2]), int(match[3] or match[2])
        if last < first:
            self.fail(f"{value!r} ends before it begins.", param, ctx)
        return PartitionOffsets(int(match[1]), range(first, last + 1))


@dataclass(frozen=True)
class PartitionOffset:
    partition: int
    offset: int


class OffsetType(click.ParamType[PartitionOffset]):
    """`PARTITION:OFFSET`."""

    name = "PARTITION:OFFSET"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> PartitionOffset:
        match = re.fullmatch(r"(\d+):(\d+)", value, re.ASCII)
        if match is None:
            self.fail(f"{value!r} is not PARTITION:OFFSET.", param, ctx)
        return PartitionOffset(int(match[1]), int(match[2]))


class TimeType(click.ParamType[datetime]):
    """An ISO 8601 time, which is UTC if it has no zone."""

    name = "TIME"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return value if isinstance(value, datetime) else _time(value)
        except ValueError:
            self.fail(f"{value!r} is not a time in ISO 8601.", param, ctx)


Position = datetime | PartitionOffset


class PositionType(click.ParamType[Position]):
    """An ISO 8601 time, which is UTC if it has no zone, or `PARTITION:OFFSET`."""

    name = "TIME|PARTITION:OFFSET"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Position:
        if re.fullmatch(r"\d+:\d+", value, re.ASCII):
            return OffsetType().convert(value, param, ctx)
        try:
            return _time(value)
        except ValueError:
            self.fail(f"{value!r} is neither a time in ISO 8601 nor PARTITION:OFFSET.", param, ctx)


def _time(value: str) -> datetime:
    """Raises ValueError."""
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
