"""Exports as their user asks for them, and downloads them."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.clients.files.storage import FileStorage
from chalicelib.clock import Clock, iso
from chalicelib.errors import NotFound
from chalicelib.models.documents import ExportDocument
from chalicelib.models.responses import ExportResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.exports import ExportStore

LINK_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Exports:
    """`files` is None where exports are not offered. Every method raises Unauthorized, RateLimited and Unavailable."""

    gate: Gate
    exports: ExportStore
    files: FileStorage | None
    clock: Clock

    def ask(self, credentials: Credentials) -> ExportResponse:
        """Ask for an export. A repeat within a day changes nothing, and returns what became of the first request.

        Raises NotFound where there are none.
        """
        files, user_id = self._admit(credentials)
        return self._response(files, self.exports.request(user_id))

    def last(self, credentials: Credentials) -> ExportResponse:
        """Return what became of the last request, with a link where the file is there.

        Raises NotFound where there are no exports.
        """
        files, user_id = self._admit(credentials)
        return self._response(files, self.exports.find(user_id))

    def _admit(self, credentials: Credentials) -> tuple[FileStorage, str]:
        user_id = self.gate.admit(credentials, "export").user_id
        if self.files is None:
            raise NotFound("There are no exports here.")
        return self.files, user_id

    def _response(self, files: FileStorage, export: ExportDocument | None) -> ExportResponse:
        if export is None:
            return _nothing(None)
        requested_at = iso(export["requestedAt"])
        if "dueAt" in export:
            return _nothing(requested_at, is_pending=True)
        if "key" not in export or export["deletedAt"] <= self.clock():
            return _nothing(requested_at)
        return ExportResponse(
            state="ready",
            requestedAt=requested_at,
            completedAt=iso(export["completedAt"]),
            bytes=export["bytes"],
            deletedAt=iso(export["deletedAt"]),
            url=files.link(export["key"], LINK_LIFETIME),
            expiresIn=int(LINK_LIFETIME.total_seconds()),
        )


def _nothing(requested_at: str | None, *, is_pending: bool = False) -> ExportResponse:
    return ExportResponse(
        state="pending" if is_pending else "none",
        requestedAt=requested_at,
        completedAt=None,
        bytes=None,
        deletedAt=None,
        url=None,
        expiresIn=None,
    )
