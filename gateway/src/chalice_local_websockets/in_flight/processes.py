"""Processes that a handler has started and that still run."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ZOMBIE = "Z"


def running_children() -> Iterator[str]:
    """Yields a sentence for each child process that has not ended (proc(5): /proc/PID/task/TID/children)."""
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # the thread, or the child, has ended meanwhile
            for pid in (thread / "children").read_text().split():
                name, _, rest = Path("/proc", pid, "stat").read_text().partition("(")[2].rpartition(")")
                if rest.split()[0] != _ZOMBIE:
                    yield f"the process {pid} ({name}) was running"
