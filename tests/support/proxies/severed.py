"""A TCP proxy to MongoDB that is cut at a chosen command: before it arrives, or when it is done but not answered."""

import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

Lost = Literal["the command", "its answer"]

_LENGTH = struct.Struct("<i")
_OP_MSG = 2013
_OWN = {b"hello", b"ismaster", b"ping", b"endSessions"}
"""Commands of the driver itself, which say nothing about an operation."""


class Severed:
    """A port that leads to `host:port`. `commands` are the names of those that have come since `arm`."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.commands: list[str] = []
        self._number: int | None = None
        self._lost: Lost = "the command"
        self._open: list[socket.socket] = []
        self.is_cut = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._sever()

    def arm(self, number: int | None, lost: Lost) -> None:
        """Count from here on; the command of that number, from 1, is the last one. None: all get through."""
        self.commands.clear()
        self._number, self._lost = number, lost

    def _sever(self) -> None:
        for one in (self._listener, *self._open):
            with suppress(OSError):  # it is closed already
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
            except OSError:  # the listener is closed
                return
            self._open += [client, server]
            silent = threading.Event()
            threading.Thread(target=self._pass_on, args=(client, server, silent), daemon=True).start()
            threading.Thread(target=self._answer, args=(server, client, silent), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):  # one side is gone
            while message := _message(client):
                name = _command(message)
                if name is not None:
                    self.commands.append(name)
                    if len(self.commands) == self._number:
                        if self._lost == "the command":
                            self.is_cut = True
                            self._sever()
                            return
                        silent.set()
                server.sendall(message)
            client.shutdown(socket.SHUT_RDWR)
            server.shutdown(socket.SHUT_RDWR)

    def _answer(self, server: socket.socket, client: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):
            while message := _message(server):
                if silent.is_set():
                    self.is_cut = True
                    self._sever()
                    return
                client.sendall(message)
            client.shutdown(socket.SHUT_RDWR)


def _message(from_socket: socket.socket) -> bytes:
    """One whole message; nothing at the end of the connection."""
    header = _exactly(from_socket, _LENGTH.size)
    return header and header + _exactly(from_socket, _LENGTH.unpack(header)[0] - _LENGTH.size)


def _exactly(from_socket: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = from_socket.recv(size - len(data))
        if not piece:
            return b""
        data += piece
    return data


def _command(message: bytes) -> str | None:
    """The name of a command that an operation has sent (OP_MSG, MongoDB Wire Protocol): the first key of its body."""
    if _LENGTH.unpack_from(message, 12)[0] != _OP_MSG:
        return None  # the handshake
    # A header of 16 bytes, the flags, the kind of the first section, its length, the type of its first value.
    name = message[26 : message.index(b"\0", 26)]
    return None if name in _OWN else name.decode()
