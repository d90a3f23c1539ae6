"""The directory that holds everything the local system keeps between two starts."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import LocalError
from infra.local.files import locked, write_atomically

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class StateDirectory:
    """Paths below `.local/`, or below the directory a test uses instead."""

    path: Path = CHECKOUT / ".local"

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def ports(self) -> Path:
        return self.path / "ports.json"

    @property
    def processes(self) -> Path:
        return self.path / "processes.json"

    @property
    def environment(self) -> Path:
        return self.path / "env"

    @property
    def mail(self) -> Path:
        """Where the gateway keeps the mails that the system has sent."""
        return self.path / "mail"

    def data(self, server: str) -> Path:
        """The data directory of a server, created where it is missing."""
        directory = self.path / server
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def jwt_secret(self) -> str:
        """The secret that signs local tokens: generated once, so that sessions outlive a restart."""
        path = self.path / "jwt-secret"
        if not path.exists():
            write_atomically(path, secrets.token_urlsafe(48))
        return path.read_text()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keeps a second supervisor away from these data. Raises LocalError where there is one."""
        with ExitStack() as stack:
            try:
                # not at once: `is_in_use` holds it for an instant
                stack.enter_context(locked(self._lock, timeout=0.5))
            except TimeoutError:
                raise LocalError(f"DevConnect already runs from {self.path}: `make ps` lists its processes.") from None
            yield

    def is_in_use(self) -> bool:
        """Whether a supervisor is running on this directory."""
        if not self._lock.exists():
            return False
        try:
            with locked(self._lock, timeout=0):
                return False
        except TimeoutError:
            return True

    @property
    def _lock(self) -> Path:
        return self.path / "lock"
