"""What stands once a stage is deployed: how its clients reach it, and the processes beside it."""

from pathlib import Path

import msgspec

from infra.local.files import write_atomically
from infra.local.processes import Entry, read_processes
from infra.local.state import StateDirectory


class DeployedSystem(msgspec.Struct, frozen=True, kw_only=True):
    """Where the REST API and the websockets are, as clients name them.

    `environment` leads to the servers themselves; `admin_email` is who may read the analytics; `state_dir` holds the
    list of the processes that run here.
    """

    rest_url: str
    websocket_url: str
    environment: dict[str, str]
    admin_email: str
    state_dir: str

    @property
    def state(self) -> StateDirectory:
        return StateDirectory(Path(self.state_dir))

    def entry(self, name: str) -> Entry:
        """The process of that name. Raises KeyError where there is none: the functions are the local AWS's own."""
        return {entry.name: entry for entry in read_processes(self.state)}[name]


def write_deployed(path: Path, system: DeployedSystem) -> None:
    write_atomically(path, msgspec.json.encode(system).decode() + "\n")


def read_deployed(path: Path) -> DeployedSystem:
    """Raises FileNotFoundError, or msgspec.DecodeError for what is none."""
    return msgspec.json.decode(path.read_bytes(), type=DeployedSystem)
