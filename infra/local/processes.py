"""`.local/processes.json`: which processes run, for people and for tests."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from infra.local.files import write_atomically
from infra.local.process import Process
from infra.local.state import StateDirectory


class Entry(msgspec.Struct, frozen=True):
    """A supervised process. `address` is what its clients take, "" for the consumer; `log` an absolute path."""

    name: str
    pid: int
    address: str
    log: str


def write_processes(state: StateDirectory, processes: Sequence[Process]) -> None:
    entries = [Entry(one.child.name, one.pid, one.child.address, str(one.log)) for one in processes]
    write_atomically(state.processes, msgspec.json.format(msgspec.json.encode(entries)).decode() + "\n")


def read_processes(state: StateDirectory) -> list[Entry]:
    """The processes of the running system; a file that a crash left behind counts for nothing."""
    if not state.is_in_use():
        return []
    try:
        return msgspec.json.decode(state.processes.read_bytes(), type=list[Entry])
    except FileNotFoundError:
        return []


def is_running(pid: int) -> bool:
    """Whether the process runs: a zombie, which only waits to be collected, does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
