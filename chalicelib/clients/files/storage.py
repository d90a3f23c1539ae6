"""The storage of files that users download: S3 on AWS, and a private directory on one machine."""

from datetime import timedelta
from typing import Protocol


class Upload(Protocol):
    """A file that is being written. Nobody can read any of it before `complete`.

    `write` and `complete` raise FilesUnavailable. Of a process that dies in between nothing is left but parts, which
    the storage deletes later.
    """

    def write(self, data: bytes) -> None: ...

    def complete(self) -> None: ...

    def abort(self) -> None:
        """Drop what was written. Never raises: what is left is deleted later."""


class FileStorage(Protocol):
    """`key` is the name of a file: letters, digits, hyphens and a dot."""

    def begin(self, key: str) -> Upload:
        """Raises FilesUnavailable."""

    def link(self, key: str, lifetime: timedelta) -> str:
        """Return an address from which anybody can download the file for so long. It is made without asking anybody."""

    def delete(self, key: str) -> None:
        """Delete a file, whether or not there is one. Raises FilesUnavailable."""

    def sweep(self, older_than: timedelta) -> None:
        """Delete files and parts of such an age. Raises FilesUnavailable."""
