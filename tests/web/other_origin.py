"""The page at an origin of its own, with the headers of the page's stack: so CloudFront serves it on AWS."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.cloudformation.parts import join
from infra.local.environment import PAGE_PORTS


class _Files(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, headers: Mapping[str, str], **names: Any) -> None:  # Any: what it was given
        self._security = headers
        super().__init__(*arguments, **names)

    def end_headers(self) -> None:
        for name, value in self._security.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *_values: object) -> None:  # noqa: A002 - the name that it has there
        """Say nothing: a browser asks for many files."""


@contextmanager
def served_elsewhere(directory: Path, *, api: str, websockets: str) -> Iterator[str]:
    """Serve the files, from which pages may connect to these origins alone. Yields the page's origin."""
    handler = partial(_Files, directory=str(directory), headers=_headers(api, websockets))
    with _bound(handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _bound(handler: partial[_Files]) -> ThreadingHTTPServer:
    for port in PAGE_PORTS:
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    raise OSError(f"all ports at which a page may be are taken: {PAGE_PORTS}")


def _headers(api: str, websockets: str) -> dict[str, str]:
    """Return the headers that the template gives each file, but for the one that needs TLS."""
    security = join("page")["Resources"]["Headers"]["Properties"]["ResponseHeadersPolicyConfig"][
        "SecurityHeadersConfig"
    ]
    separator, directives = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Join"]
    policy = separator.join(each if isinstance(each, str) else each["Fn::Sub"] for each in directives)
    return {
        "Content-Security-Policy": policy.replace("${ApiOrigin}", api).replace("${WebsocketOrigin}", websockets),
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff",
    }
