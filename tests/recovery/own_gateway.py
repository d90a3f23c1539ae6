"""A gateway of one's own beside the shared system: it is killed, frozen, or its code is edited."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.local.ports import free_port
from tests.gateway.running import Running, running


class OwnGateway:
    """Its addresses stay the same, however often it is started."""

    def __init__(self, app_dir: Path, scratch: Path, environment: Mapping[str, str]) -> None:
        rest_port, websocket_port = free_port(), free_port()
        self.rest_url = f"http://127.0.0.1:{rest_port}"
        self.websocket_url = f"ws://127.0.0.1:{websocket_port}"
        self.app_dir = app_dir
        self._scratch = scratch
        self._arguments = ("--rest-port", str(rest_port), "--websocket-port", str(websocket_port))
        self._environment = {**environment, "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{websocket_port}"}

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Blocks until it answers. Raises AssertionError where it does not start."""
        with running(self.app_dir, self._scratch, *self._arguments, environment=self._environment) as started:
            yield started
