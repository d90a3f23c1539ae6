"""Directories in .local/ that are made at their first use, and again whenever what they are made of changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.files import locked


@contextmanager
def made_once(directory: Path, made_of: str) -> Iterator[bool]:
    """Yields whether the block has to make the directory. It is noted as made where the block ends without an error.

    One process at a time is in the block.
    """
    with locked(directory.with_suffix(".lock")):
        stamp = directory / "installed"
        is_stale = not stamp.exists() or stamp.read_text() != made_of
        yield is_stale
        if is_stale:
            stamp.write_text(made_of)
