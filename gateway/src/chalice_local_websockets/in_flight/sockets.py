"""Connections on which something is under way."""

import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

_FIONREAD = 0x541B
"""The bytes that have arrived and were not read: tcp(7), SIOCINQ."""

_SIOCOUTQNSD = 0x894B
"""The bytes that were written and not sent yet: <linux/sockios.h>. Those that were sent are the network's business."""


def sockets_with_data(own: int) -> Iterator[str]:
    """Yields a sentence for each TCP connection with data that was not sent, or an answer that was not read.

    `own` is a descriptor that is left out.
    """
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - the descriptor of the listing itself is gone afterwards
        if int(name) == own:
            continue
        try:
            if not str(Path("/proc/self/fd", name).readlink()).startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(name))) as copy:
                yield from _data(copy)
        except OSError:
            continue  # it was closed meanwhile, or is not connected


def _data(connection: socket.socket) -> Iterator[str]:
    if connection.family not in {socket.AF_INET, socket.AF_INET6} or connection.type != socket.SOCK_STREAM:
        return
    host, port = connection.getpeername()[:2]
    if unsent := _count(connection, _SIOCOUTQNSD):
        yield f"{unsent} bytes to {host}:{port} were not sent"
    if unread := _count(connection, _FIONREAD):
        yield f"{unread} bytes from {host}:{port} were not read"


def _count(connection: socket.socket, request: int) -> int:
    count: int = struct.unpack("i", fcntl.ioctl(connection, request, b"\0" * 4))[0]
    return count
