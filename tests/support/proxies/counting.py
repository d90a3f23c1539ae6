"""A TCP proxy that counts round trips: how often the client speaks, and then waits."""

import select
import socket
import threading
from types import TracebackType
from typing import Self

QUIET_SECONDS = 0.02
"""A client that has said nothing for so long is waiting for the answer."""


class CountingProxy:
    """A port that leads to `host:port`, and the count of the round trips on it."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.round_trips = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # the listener is closed: the test is over
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server:
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            while data := _receive(client):
                # A long pipeline comes in pieces, which no answer may come between.
                while select.select([client], [], [], QUIET_SECONDS)[0] and (more := _receive(client)):
                    data += more
                self.round_trips += 1
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
            back.join()


def _pass_on(server: socket.socket, client: socket.socket) -> None:
    while data := _receive(server):
        client.sendall(data)


def _receive(from_socket: socket.socket) -> bytes:
    try:
        return from_socket.recv(65536)
    except OSError:  # the other side went away
        return b""
