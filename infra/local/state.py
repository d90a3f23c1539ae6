"""The directory that holds everything that the local system keeps between two starts."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import LocalError
from infra.local.files import locked, write_atomically
from infra.local.vapid_keys import new_vapid_keys

CHECKOUT = Path(__file__).parents[2]

_SECRET_BYTES = 48
_SECRET_CHARACTERS = 64  # in base64


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
        """The directory in which the gateway keeps the mails that the system has sent."""
        return self.path / "mail"

    @property
    def exports(self) -> Path:
        """The directory of the files that users have exported."""
        return self.path / "exports"

    def data(self, server: str) -> Path:
        """Returns the data directory of a server, and creates it if it is missing."""
        directory = self.path / server
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def jwt_secret(self) -> str:
        """Returns the secret that signs local tokens; it is generated once, so that sessions survive a restart."""
        path = self.path / "jwt-secret"
        with suppress(FileNotFoundError, UnicodeDecodeError):
            secret = path.read_text()
            if len(secret) == _SECRET_CHARACTERS and secret.isascii() and secret.isprintable():
                return secret
        # There is none, or a crash of the machine has damaged it: then all users log in again.
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        write_atomically(path, secret)
        return secret

    def vapid_keys(self) -> tuple[str, str]:
        """Returns the (private, public) key of web push; they are generated once, as browsers subscribe to them."""
        path = self.path / "vapid-keys"
        with suppress(FileNotFoundError, UnicodeDecodeError):
            match path.read_text().split():
                case [private, public]:
                    return private, public
        private, public = new_vapid_keys()
        write_atomically(path, f"{private} {public}\n")
        return private, public

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keeps a second supervisor from using this directory. Raises LocalError if one already does."""
        with ExitStack() as stack:
            try:
                # a short wait, as `is_in_use` holds the lock for an instant
                stack.enter_context(locked(self._lock, timeout=0.5))
            except TimeoutError:
                raise LocalError(f"DevConnect already runs from {self.path}: `make ps` lists its processes.") from None
            yield

    def is_in_use(self) -> bool:
        """Returns whether a supervisor is running on this directory."""
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
