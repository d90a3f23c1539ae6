"""The output of commands: tables for people, JSON for programs, and progress on stderr for both."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

import click
import msgspec
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from chalicelib.clock import iso

T = TypeVar("T")

_WIDTH_OF_A_PIPE = 250
"""Columns if the output is not a terminal: nothing is folded, so that lines can be searched."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def console() -> Console:
    """Returns a console on the current standard output."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Returns a table; numbers are aligned to the right, and None is shown as a dash."""
    result = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        result.add_column(column, overflow="fold")
    for row in rows:
        result.add_row(*(_cell(value) for value in row))
    return result


def _cell(value: object) -> Text:
    # Text rather than str, in which [brackets] would be markup
    if isinstance(value, int):
        return Text(f"{value:,}", justify="right")
    return Text("-" if value is None else harmless(str(value)))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    console().print(table(columns, rows))


def print_json(value: object) -> None:
    """Print one JSON document on one line."""
    click.echo(msgspec.json.encode(value))


def iso_time(milliseconds: int) -> str:
    """Returns a record's time, in milliseconds since the epoch, as ISO 8601."""
    return iso(datetime.fromtimestamp(milliseconds / 1000, UTC))


def harmless(text: str) -> str:
    """Returns the text with control characters escaped: users' text must not control the operator's terminal."""
    return "".join(
        char if char.isprintable() or char in "\n\t" else char.encode("unicode_escape").decode() for char in text
    )


def is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def printable(raw: bytes) -> str:
    """Returns the bytes as text if they are UTF-8, or else as hexadecimal digits."""
    return raw.decode() if is_text(raw) else raw.hex()


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows a progress bar on stderr if it is a terminal; yields a function that advances it by a number of steps."""
    stderr = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def advancing(items: Iterable[T], advance: Callable[[int], None]) -> Iterator[T]:
    """Yields the items, and advances a progress bar by one step for each."""
    for item in items:
        advance(1)
        yield item
