"""The base of TCP proxies whose connections have a thread each: a port of its own, and the connections to it."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65_536


class TcpProxy:
    """A port that leads to `host:port`. A subclass passes on the bytes of a connection in `_serve`."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._close_all()

    def _serve(self, client: socket.socket) -> None:
        """Serves one connection, in a thread of its own. Raises OSError where one of its sides is gone."""
        raise NotImplementedError

    def _connect(self) -> socket.socket:
        """A new connection to the server."""
        return self._kept(socket.create_connection(self._target))

    def _close_all(self) -> None:
        """Closes the port and all connections, also those that a thread is about to make."""
        with self._lock:
            self._closed = True
        for each in (self._listener, *self._sockets):
            with suppress(OSError):  # it is closed already
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _kept(self, connection: socket.socket) -> socket.socket:
        """Returns a connection that is closed with the proxy, or is closed already where that was."""
        with self._lock:
            if self._closed:
                connection.close()
            else:
                self._sockets.append(connection)
        return connection

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # the port is closed
                return
            in_thread(self._serve, self._kept(client))


def in_thread(serve: Callable[..., None], *arguments: object) -> threading.Thread:
    """Starts a thread that ends in silence when one side of its connection is gone."""

    def run() -> None:
        with suppress(OSError):
            serve(*arguments)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def receive(source: socket.socket) -> bytes:
    """The next bytes; empty at the end of the connection, and where the other side is gone."""
    try:
        return source.recv(CHUNK_BYTES)
    except OSError:
        return b""
