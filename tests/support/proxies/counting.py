"""A TCP proxy that counts round trips: how often the client sends something and then waits for the answer."""

import select
import socket

from tests.support.proxies.tcp import TcpProxy, in_thread, receive

QUIET_SECONDS = 0.02
"""A client that has sent nothing for this long is waiting for the answer."""


class CountingProxy(TcpProxy):
    """A port that leads to `host:port`, and the number of the `round_trips` on it."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.round_trips = 0

    def _serve(self, client: socket.socket) -> None:
        with client, self._connect() as server:
            answers = in_thread(_pass_on, server, client)
            while data := receive(client):
                # A long pipeline arrives in pieces, and no answer comes between them.
                while select.select([client], [], [], QUIET_SECONDS)[0] and (more := receive(client)):
                    data += more
                self.round_trips += 1
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
            answers.join()


def _pass_on(server: socket.socket, client: socket.socket) -> None:
    while data := receive(server):
        client.sendall(data)
