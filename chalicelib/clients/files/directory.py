"""Files in a private directory, for one machine. The local gateway serves them to whoever has a signed link."""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from chalicelib.clock import Clock
from chalicelib.errors import FilesUnavailable

log = logging.getLogger(__name__)

_PART = ".part"
_KEY = re.compile(r"[A-Za-z0-9-]+\.jsonl")


class DirectoryFiles:
    """`address` is the URL below which the gateway serves the directory. Links are signed with the first of `keys`."""

    def __init__(self, directory: Path, *, address: str, keys: Sequence[str], clock: Clock) -> None:
        self._directory = directory
        self._address = address
        self._keys = keys
        self._clock = clock

    def begin(self, key: str) -> "FileUpload":
        with _failing():
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            return FileUpload(self._directory / key)

    def link(self, key: str, lifetime: timedelta) -> str:
        expires = int((self._clock() + lifetime).timestamp())
        query = {"expires": expires, "signature": _signature(self._keys[0], key, expires)}
        return f"{self._address}/{key}?{urlencode(query)}"

    def delete(self, key: str) -> None:
        with _failing():
            (self._directory / key).unlink(missing_ok=True)

    def sweep(self, older_than: timedelta) -> None:
        oldest = (self._clock() - older_than).timestamp()
        with _failing():
            for path in self._directory.glob("*.jsonl*"):
                if path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)

    def opened_by(self, key: str, expires: str, signature: str) -> Path | None:
        """Return the file that a link opens, or None where the link is wrong or too old, or the file is gone."""
        if not _KEY.fullmatch(key) or not re.fullmatch(r"[0-9]{1,12}", expires):
            return None
        expected = [_signature(secret, key, int(expires)) for secret in self._keys]
        if not any(hmac.compare_digest(each, signature) for each in expected):
            return None
        path = self._directory / key
        return path if self._clock().timestamp() < int(expires) and path.is_file() else None


class FileUpload:
    """It is written beside its place, and put there when it is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + _PART)
        self._part.touch()

    def write(self, data: bytes) -> None:
        with _failing(), self._part.open("ab") as file:
            file.write(data)

    def complete(self) -> None:
        with _failing():
            self._part.replace(self._path)

    def abort(self) -> None:
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


def _signature(secret: str, key: str, expires: int) -> str:
    """Sign what a link opens and until when. The prefix keeps it from being a signature of anything else."""
    return hmac.digest(secret.encode(), f"file {key} {expires}".encode(), hashlib.sha256).hex()


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.warning("A file failed: %s", error, extra={"action": "files_failed"})
        raise FilesUnavailable from error
