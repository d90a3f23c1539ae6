"""A TCP proxy to a server that can be lost, in either of the two ways in which servers are lost."""

import socket
from typing import Literal

from tests.support.proxies.tcp import CHUNK_BYTES, TcpProxy, in_thread

Manner = Literal["refuses", "hangs"]


class Cuttable(TcpProxy):
    """A port that leads to `host:port` until `cut`. Then it refuses connections, or accepts them and never answers."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._manner: Manner | None = None
        self._generation = 0

    def cut(self, manner: Manner) -> None:
        """Lose the server: for good where it refuses, until `mend` where it hangs."""
        self._manner = manner
        if manner == "refuses":
            self._close_all()

    def mend(self) -> None:
        """Let new connections through again. Those that hang do so for ever, and what they were sent is lost."""
        self._manner = None

    def forget(self) -> None:
        """Let the present connections hang for ever, as where something on the way has forgotten them."""
        self._generation += 1

    def _serve(self, client: socket.socket) -> None:
        if self._manner is None:
            server, generation = self._connect(), self._generation
            in_thread(self._pass_on, server, client, generation)
            self._pass_on(client, server, generation)

    def _pass_on(self, source: socket.socket, target: socket.socket, generation: int) -> None:
        while data := source.recv(CHUNK_BYTES):
            if self._manner == "hangs" or generation < self._generation:
                return  # both ends stay open, and hear nothing more
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
