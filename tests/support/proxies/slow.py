"""A TCP proxy to MongoDB or Redis that holds requests or answers up, as a slow network does, until it is cut."""

import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.support.proxies.tcp import receive

HoldUp = Callable[[bytes], None]
"""Called with the newest request of a connection, before it or a piece of its answer is passed on. It may block."""


def at_once(_request: bytes) -> None:
    """Holds nothing up."""


def at_random(rng: random.Random, up_to: float) -> HoldUp:
    """Holds each request or piece of an answer up for a random time, `up_to` seconds at most."""
    return lambda _request: time.sleep(rng.uniform(0, up_to))


class SlowProxy:
    """A port that leads to `host:port`. Leaving the block cuts it.

    A request that is held up still arrives, even if the client has given up on it meanwhile.
    """

    def __init__(
        self, host: str, port: int, *, before_request: HoldUp = at_once, before_answer: HoldUp = at_once
    ) -> None:
        self._target = (host, port)
        self._before_request = before_request
        self._before_answer = before_answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept)
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.cut()

    def cut(self) -> None:
        """Let nothing through from now on, and refuse connections. It may be called twice."""
        with suppress(OSError):  # it is cut already
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        for each in self._open:
            with suppress(OSError):  # the other side went away before
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # the proxy is cut
                return
            server = socket.create_connection(self._target)
            self._open += [client, server]
            self._threads.append(threading.Thread(target=self._serve, args=(client, server)))
            self._threads[-1].start()

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        requests = [b""]
        with client, server:
            back = threading.Thread(target=self._answer, args=(client, server, requests))
            back.start()
            while data := receive(client):
                requests[0] = data
                self._before_request(data)
                _pass_on(server, data)
            with suppress(OSError):  # the server went away first
                server.shutdown(socket.SHUT_RDWR)
            back.join()

    def _answer(self, client: socket.socket, server: socket.socket, requests: list[bytes]) -> None:
        while data := receive(server):
            self._before_answer(requests[0])
            _pass_on(client, data)
        with suppress(OSError):  # the client went away first
            client.shutdown(socket.SHUT_RDWR)


def _pass_on(to_socket: socket.socket, data: bytes) -> None:
    with suppress(OSError):  # the other side went away; it is noticed at the next read
        to_socket.sendall(data)
