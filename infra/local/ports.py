"""Loopback ports, chosen once and reused for as long as they are free."""

import os
import socket
from itertools import count
from pathlib import Path
from typing import Annotated

import msgspec

from infra.local.errors import LocalError
from infra.local.files import write_atomically

_FIRST, _COUNT = 10_000, 12_000  # below the ports of ip_local_port_range, which begins at 32768
_Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
_numbers = count(os.getpid() * 37)


def free_port() -> int:
    """Returns a loopback port that nothing listens on.

    The kernel gives none of these ports to anybody who asks for just any port, and each process begins in another
    place: so the port is still free when a server that starts slowly comes to bind it.
    """
    return next(port for number in _numbers if is_free(port := _FIRST + number % _COUNT))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # as servers do, so that connections of the last run in TIME_WAIT do not count
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def require_free(port: int, variable: str) -> None:
    """Raises LocalError, naming the variable to change, if `port` is in use."""
    if not is_free(port):
        raise LocalError(f"Port {port} is taken by another process: stop that one, or set {variable}.")


def remembered_ports(path: Path, names: list[str]) -> dict[str, int]:
    """Returns a port for each of `names`: the one stored in `path` if it is still free, otherwise a new one."""
    try:
        known = msgspec.json.decode(path.read_bytes(), type=dict[str, _Port])
    except (FileNotFoundError, msgspec.DecodeError):  # a crash can damage it, and other ports do as well
        known = {}
    chosen = {name: known[name] if name in known and is_free(known[name]) else free_port() for name in names}
    write_atomically(path, msgspec.json.format(msgspec.json.encode(known | chosen)).decode() + "\n")
    return chosen
