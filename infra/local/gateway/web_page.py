"""The files of the page, which are served at the REST address beside the API, as CloudFront serves them on AWS."""

import mimetypes
from pathlib import Path

from chalice_local_websockets.asgi import Application, Receive, Scope, Send, respond
from chalice_local_websockets.responses import Response

_API = "/api"


class WebPage:
    """An ASGI application: GET of a file below `directory`, and everything else by the REST API.

    /console is console.html. A file is read at each request, so that a new build is shown at once. Where there is none,
    the API answers.
    """

    def __init__(self, directory: Path, rest: Application, websocket_url: str) -> None:
        """`websocket_url` is the one address, besides its own, to which the page may connect."""
        self._directory = directory.resolve()
        self._rest = rest
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            f"connect-src 'self' {websocket_url} {websocket_url.replace('127.0.0.1', 'localhost')}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        self._headers = (
            ("content-security-policy", policy),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self._file(scope["path"]) if scope["method"] == "GET" else None
        if file is None:
            await self._rest(scope, receive, send)
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        # The names of what is below assets/ change with their content.
        caching = "max-age=31536000, immutable" if file.parent.name == "assets" else "no-cache"
        headers = (("content-type", kind), ("cache-control", caching), *self._headers)
        await respond(send, Response(200, file.read_bytes(), headers))

    def _file(self, path: str) -> Path | None:
        """Returns the file of a path, None where there is none below the directory."""
        if path == _API or path.startswith(f"{_API}/") or "\0" in path:
            return None
        name = path.strip("/") or "index"
        file = (self._directory / (name if "." in name else f"{name}.html")).resolve()
        return file if file.is_relative_to(self._directory) and file.is_file() else None
