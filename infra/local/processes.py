"""`.local/processes.json`: the list of running processes, for people and for tests."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from infra.local.files import write_atomically
from infra.local.process import Process
from infra.local.state import StateDirectory


class Entry(msgspec.Struct, frozen=True):
    """A supervised process. `address` is where its clients reach it, `log` is an absolute path."""

    name: str
    pid: int
    address: str
    log: str


def write_processes(state: StateDirectory, processes: Sequence[Process]) -> None:
    entries = [Entry(process.child.name, process.pid, process.child.address, str(process.log)) for process in processes]
    write_atomically(state.processes, msgspec.json.format(msgspec.json.encode(entries)).decode() + "\n")


def read_processes(state: StateDirectory) -> list[Entry]:
    """Returns the processes of the running system; a file left behind by a crash is ignored."""
    if not state.is_in_use():
        return []
    try:
        return msgspec.json.decode(state.processes.read_bytes(), type=list[Entry])
    except (FileNotFoundError, msgspec.DecodeError):  # as a full disk or a crash may leave it
        return []


def is_running(pid: int) -> bool:
    """Returns whether the process runs; a zombie, which only waits to be reaped, does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
