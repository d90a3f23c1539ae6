"""Files that several processes share: atomic replacement and locks."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, text: str) -> None:
    """Replaces `path`, readable only by its owner; a reader sees either the old or the new text, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path, *, timeout: float | None = None) -> Iterator[None]:
    """Holds flock(2) on `path`. The kernel releases it with the process, so a file left by a crash does no harm.

    Raises TimeoutError if another process holds it for `timeout` seconds; None waits without limit.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if timeout is None:
            fcntl.flock(file, fcntl.LOCK_EX)
        else:
            _lock_within(timeout, file)
        yield


def _lock_within(timeout: float, file: BinaryIO) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError from None
            time.sleep(0.02)
        else:
            return
