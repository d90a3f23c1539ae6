"""How commands answer: tables for people, JSON for programs, progress on stderr beside both."""

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
"""Where there is no terminal nothing is folded, so that lines can be searched."""

json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")


def console() -> Console:
    """Standard output, as it is at this moment."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table; numbers are aligned to the right, and None is a dash."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(_cell(value) for value in row))
    return made


def _cell(value: object) -> Text:
    # Text, as in a plain string [brackets] would be markup
    if isinstance(value, int):
        return Text(f"{value:,}", justify="right")
    return Text("-" if value is None else harmless(str(value)))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    console().print(table(columns, rows))


def print_json(value: object) -> None:
    """One JSON document on one line."""
    click.echo(msgspec.json.encode(value))


def iso_time(milliseconds: int) -> str:
    """ISO 8601 of a record's time, which is in milliseconds since the epoch."""
    return iso(datetime.fromtimestamp(milliseconds / 1000, UTC))


def harmless(text: str) -> str:
    """Control characters as escapes: what a stranger wrote must not command the operator's terminal."""
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
    """Text where it is UTF-8, or else hexadecimal digits."""
    return raw.decode() if is_text(raw) else raw.hex()


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal's stderr; what is yielded moves it on."""
    stderr = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def advancing(items: Iterable[T], advance: Callable[[int], None]) -> Iterator[T]:
    """The items, each of them a step of a progress bar."""
    for item in items:
        advance(1)
        yield item
