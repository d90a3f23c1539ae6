"""A deployed system: the addresses for its clients, and the processes beside it."""

from pathlib import Path

import msgspec

from infra.local.files import write_atomically
from infra.local.processes import Entry, read_processes
from infra.local.state import StateDirectory


class DeployedSystem(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of the REST API and the websockets, as clients use them.

    `environment` has the addresses of the servers themselves;
    `state_dir` holds the list of the processes that run on this machine.
    """

    rest_url: str
    websocket_url: str
    environment: dict[str, str]
    state_dir: str

    @property
    def state(self) -> StateDirectory:
        return StateDirectory(Path(self.state_dir))

    def entry(self, name: str) -> Entry:
        """Returns the process of that name. Raises KeyError if there is none; the functions run in the local AWS."""
        return {entry.name: entry for entry in read_processes(self.state)}[name]


def write_deployed(path: Path, system: DeployedSystem) -> None:
    write_atomically(path, msgspec.json.encode(system).decode() + "\n")


def read_deployed(path: Path) -> DeployedSystem:
    """Returns the system that `write_deployed` wrote. Raises FileNotFoundError, or msgspec.DecodeError if invalid."""
    return msgspec.json.decode(path.read_bytes(), type=DeployedSystem)
