"""Processes as the kernel sees them, in /proc (proc(5))."""

import contextlib
from pathlib import Path

_PAGE_KIB = 4


def children(pid: int) -> set[int]:
    """Returns the pids of the child processes of every thread of the parent."""
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found.update(map(int, path.read_text().split()))
    return found


def state(pid: int) -> str:
    """Returns the state in /proc/PID/stat: T for stopped, X for dead; a zombie, Z, counts as dead, too."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "X"
    return stat.rpartition(")")[2].split()[0].replace("Z", "X")


def descendants(pid: int) -> set[int]:
    """Returns the pids of the children of a process, of their children, and so on."""
    found = children(pid)
    return found.union(*map(descendants, found))


def resident_kib(pid: int) -> int | None:
    """Returns how much memory a process has in RAM, in KiB; None where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KIB
    except (FileNotFoundError, ProcessLookupError):
        return None
