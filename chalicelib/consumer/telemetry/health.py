"""The consumer's health over HTTP: /live, /ready and Prometheus' /metrics."""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chalicelib.consumer.telemetry.state import ConsumerState


class HealthServer:
    """Answers 200 or 503 to /live (else the process wants a restart) and to /ready (events have their effects now)."""

    def __init__(self, host: str, port: int, state: ConsumerState) -> None:
        """Raises OSError where the port is taken."""
        self._server = ThreadingHTTPServer((host, port), _handler(state))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(state: ConsumerState) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path:
                case "/live":
                    self._say(state.live)
                case "/ready":
                    self._say(state.ready)
                case "/metrics":
                    self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest())
                case _:
                    self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"/live, /ready or /metrics\n")

        def log_message(self, *_arguments: object) -> None:
            """Probes come every few seconds: they are no news."""

        def _say(self, good: bool) -> None:
            status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, "text/plain", b"ok\n" if good else b"no\n")

        def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
