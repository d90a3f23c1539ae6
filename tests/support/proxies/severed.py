"""A TCP proxy to MongoDB that is cut at a chosen command: before it arrives, or when it is done but not answered."""

import socket
import struct
import threading
from typing import Literal

from tests.support.proxies.tcp import TcpProxy, in_thread

Lost = Literal["the command", "its answer"]

_LENGTH = struct.Struct("<i")
_OP_MSG = 2013
_DRIVER_COMMANDS = {b"hello", b"ismaster", b"ping", b"endSessions"}
"""Commands that the driver sends by itself, which say nothing about an operation."""


class Severed(TcpProxy):
    """A port that leads to `host:port`. `commands` are the names of those that have come since `arm`."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.commands: list[str] = []
        self._number: int | None = None
        self._lost: Lost = "the command"
        self._for_good = True
        self.is_cut = False

    def arm(self, number: int | None, lost: Lost) -> None:
        """Count from here on: the command of this number, from 1, is the last one. With None, all get through."""
        self.commands.clear()
        self._number, self._lost = number, lost

    def arm_once(self, number: int, lost: Lost) -> None:
        """As `arm`, but only the connection of that command is cut, and others get through."""
        self.arm(number, lost)
        self._for_good = False

    def _sever(self, *connection: socket.socket) -> None:
        if not self._for_good:
            self._number = None
            for side in connection:
                side.shutdown(socket.SHUT_RDWR)
            return
        self.is_cut = True
        self._close_all()

    def _serve(self, client: socket.socket) -> None:
        server = self._connect()
        silent = threading.Event()
        in_thread(self._answer, server, client, silent)
        while message := _message(client):
            name = _command(message)
            if name is not None:
                self.commands.append(name)
                if len(self.commands) == self._number:
                    if self._lost == "the command":
                        self._sever(client, server)
                        return
                    silent.set()
            server.sendall(message)
        client.shutdown(socket.SHUT_RDWR)
        server.shutdown(socket.SHUT_RDWR)

    def _answer(self, server: socket.socket, client: socket.socket, silent: threading.Event) -> None:
        while message := _message(server):
            if silent.is_set():
                self._sever(server, client)
                return
            client.sendall(message)
        client.shutdown(socket.SHUT_RDWR)


def _message(from_socket: socket.socket) -> bytes:
    """One whole message; empty at the end of the connection."""
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
    """The name of a command that an operation has sent (OP_MSG, MongoDB Wire Protocol): the first key of its body.

    Returns None for a command that the driver has sent by itself, and for the messages of a handshake.
    """
    if _LENGTH.unpack_from(message, 12)[0] != _OP_MSG:
        return None  # the handshake
    # A header of 16 bytes, the flags, the kind of the first section, its length, the type of its first value.
    name = message[26 : message.index(b"\0", 26)]
    return None if name in _DRIVER_COMMANDS else name.decode()
