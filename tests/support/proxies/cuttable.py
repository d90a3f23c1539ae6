"""A TCP proxy to a server that can be lost, in either of the two ways in which servers are."""

import socket
import threading
from types import TracebackType
from typing import Literal, Self

Manner = Literal["refuses", "hangs"]


class Cuttable:
    """A port that leads to `host:port`, until `cut`: then it refuses connections, or takes them and says nothing."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._manner: Manner | None = None
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._close_all()

    def cut(self, manner: Manner) -> None:
        """For good, or where it hangs, until `mend`."""
        self._manner = manner
        if manner == "refuses":
            self._close_all()

    def mend(self) -> None:
        """Let new connections through again. Those that hang do so for ever, and what they were sent is lost."""
        self._manner = None

    def _close_all(self) -> None:
        for one in [self._listener, *self._sockets]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is closed already
                continue
            finally:
                one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # the listener is closed
                return
            self._sockets.append(client)
            if self._manner is None:
                server = socket.create_connection(self._target)
                self._sockets.append(server)
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if self._manner == "hangs":
                    return  # both ends stay open, and hear nothing more
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # one side is gone
            return
