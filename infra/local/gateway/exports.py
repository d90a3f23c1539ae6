"""The files of exports, for whoever has a signed link: on AWS that is S3 itself."""

import asyncio
import os
from pathlib import Path
from urllib.parse import parse_qs

from chalice_local_websockets.asgi import Receive, Scope, Send, respond
from chalice_local_websockets.responses import Response
from chalicelib.clients.files.directory import DirectoryFiles
from chalicelib.clients.files.s3 import NAME
from chalicelib.clock import utc_now

PATH = "/api/exports/"
_CHUNK = 256 * 1024
_REFUSED = Response(403, b'{"message": "The link is wrong, or too old"}', (("content-type", "application/json"),))


class ExportedFiles:
    """An ASGI application: a GET of a signed link is answered with its file."""

    def __init__(self, directory: Path, secrets: str) -> None:
        """`secrets` is JWT_SECRET, which signs the links."""
        keys = [key.strip() for key in secrets.split(",")]
        self._files = DirectoryFiles(directory, address="", keys=keys, clock=utc_now)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        expires, signature = (query.get(name, [""])[0] for name in ("expires", "signature"))
        path = self._files.opened_by(scope["path"].removeprefix(PATH), expires, signature)
        if path is None or scope["method"] != "GET":
            await respond(send, _REFUSED)
            return
        fields = [
            (b"content-type", b"application/x-ndjson"),
            (b"content-disposition", f'attachment; filename="{NAME}"'.encode()),
            (b"content-length", str(path.stat().st_size).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def exported_files() -> ExportedFiles | None:
    """Return the application where the environment of the functions has EXPORT_DIRECTORY and the key."""
    directory, secrets = os.environ.get("EXPORT_DIRECTORY"), os.environ.get("JWT_SECRET")
    return ExportedFiles(Path(directory), secrets) if directory and secrets else None
