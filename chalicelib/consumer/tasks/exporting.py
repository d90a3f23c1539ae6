"""Makes the exports that users have asked for: a file of JSON lines, which is there as a whole or not at all.

A process that dies leaves parts, or a file to which nothing leads; the storage deletes both. Another process begins the
export again under an attempt of its own, once the claim of the first is over.
"""

import logging
from dataclasses import dataclass

import msgspec

from chalicelib.clients.files.storage import FileStorage, Upload
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import ExportDocument
from chalicelib.stores.export_lines import ExportLines
from chalicelib.stores.exports import KEPT, ExportStore

log = logging.getLogger(__name__)


class _ClaimLostError(Exception):
    """Another process makes the export, or its user has left."""


@dataclass(frozen=True)
class Exporting:
    exports: ExportStore
    lines: ExportLines
    files: FileStorage
    publisher: Publisher

    def run(self) -> None:
        """Make the oldest export that is due. Raises Unavailable, FilesUnavailable: it is then made again later."""
        claimed = self.exports.claim()
        if claimed is not None:
            self._make(claimed)

    def sweep(self) -> None:
        """Delete files that have been there for long enough. Raises FilesUnavailable."""
        self.files.sweep(KEPT)

    def _make(self, claimed: ExportDocument) -> None:
        key = file_of(claimed["attempt"])
        upload = self.files.begin(key)
        try:
            size = self._write(claimed, upload)
            upload.complete()
        except _ClaimLostError:
            upload.abort()
            log.info("An export is left to another process, or nobody.", extra={"action": "export_left"})
            return
        except Exception:
            upload.abort()
            raise
        written = self.exports.complete(claimed, key, size)
        if written is None:
            self.files.delete(key)
            return
        log.info("An export has %d bytes.", size, extra={"action": "exported"})
        self.publisher.publish(written)
        if "key" in claimed:
            self.files.delete(claimed["key"])

    def _write(self, claimed: ExportDocument, upload: Upload) -> int:
        """Write all lines, and return their size in bytes. The claim is renewed with every page."""
        size = 0
        for page in self.lines.pages(claimed["_id"]):
            lines = b"".join(msgspec.json.encode(record) + b"\n" for record in page)
            upload.write(lines)
            size += len(lines)
            if not self.exports.renew(claimed):
                raise _ClaimLostError
        if not size:
            raise _ClaimLostError
        return size


def file_of(attempt: str) -> str:
    """Return the name of the file that an attempt makes."""
    return f"{attempt}.jsonl"
