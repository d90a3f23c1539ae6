"""The consumer's health over HTTP: /live, /ready and /metrics for Prometheus."""

import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chalicelib.consumer.telemetry.state import ConsumerState
from chalicelib.errors import SettingsError


class HealthServer:
    """Responds with 200 or 503 to /live and /ready.

    A process that is not live needs a restart. One that is ready processes events now.
    """

    def __init__(self, host: str, port: int, state: ConsumerState) -> None:
        """Listen. Raises SettingsError where that is not possible, as where the port is taken."""
        try:
            self._server = _listen(host, port, _handler(state))
        except OSError as error:
            raise SettingsError(f"HEALTH_ADDRESS is wrong: nothing can listen there ({error.strerror}).") from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _listen(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """Returns a server on the host's first address, which may be IPv6. Raises OSError."""
    [family, *_, address], *_others = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)

    class Server(ThreadingHTTPServer):
        address_family = family
        daemon_threads = True

    return Server((str(address[0]), port), handler)


def _handler(state: ConsumerState) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path:
                case "/live":
                    self._respond_with_health(state.live)
                case "/ready":
                    self._respond_with_health(state.ready)
                case "/metrics":
                    self._respond(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest())
                case _:
                    self._respond(HTTPStatus.NOT_FOUND, "text/plain", b"/live, /ready or /metrics\n")

        def log_message(self, *_arguments: object) -> None:
            """Probes come every few seconds, and are not worth a line in the log."""

        def _respond_with_health(self, healthy: bool) -> None:
            status = HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE
            self._respond(status, "text/plain", b"ok\n" if healthy else b"no\n")

        def _respond(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
