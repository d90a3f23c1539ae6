"""The zygote: a process that imports app.py once, and then forks a worker whenever the gateway asks for one.

It is what a snapshot of Lambda SnapStart is, and calls the same hooks: one kind before the first fork, one in each
worker.

A fork shares the memory of the imported modules and takes milliseconds, whereas an import takes most of a second. It
is safe as long as no module starts a thread or opens a connection when it is imported.

Its arguments are APP_DIR TIME_LIMIT GATEWAY_PID CONTROL_FD, where CONTROL_FD is a SOCK_SEQPACKET socket:
- the zygote sends one `Imported` or `NotImported`;
- each packet that it receives is a byte with a worker's niceness and carries the worker's socket, and it replies with a
  packet that carries the worker's pidfd;
- it ends, and its workers with it, when the gateway closes the socket or dies.
"""

import ctypes
import importlib
import os
import signal
import socket
import sys
import traceback
from io import TextIOWrapper
from typing import NoReturn, cast

import msgspec

from chalice_local_websockets import snapshot
from chalice_local_websockets.connections_client import reach_the_gateway
from chalice_local_websockets.functions import Functions
from chalice_local_websockets.worker import serve

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


class Imported(msgspec.Struct, frozen=True, tag=True):
    """app.py was imported, and declares these websocket routes."""

    route_keys: list[str]


class NotImported(msgspec.Struct, frozen=True, tag=True):
    """app.py could not be imported; the traceback is as Python prints it."""

    traceback: str


def main() -> None:
    """Import app.py from APP_DIR and fork workers. An invocation may take TIME_LIMIT seconds."""
    app_dir, time_limit, gateway_pid, control_fd = sys.argv[1:]
    _die_with(int(gateway_pid))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the workers
    cast("TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)  # a frozen worker cannot flush
    sys.path.insert(0, app_dir)
    # A .pyc is matched by size and by whole seconds, so after two quick edits it could be that of the first.
    sys.dont_write_bytecode = True
    with socket.socket(fileno=int(control_fd)) as control:
        try:
            reach_the_gateway()
            functions = Functions(importlib.import_module("app").app, float(time_limit))
            snapshot.take()
        except BaseException:  # noqa: BLE001 - SystemExit too: the gateway logs it and keeps the old code
            control.send(msgspec.json.encode(NotImported(traceback.format_exc())))
            return
        control.send(msgspec.json.encode(Imported(functions.route_keys)))
        _fork_on_request(control, functions)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies, even by SIGKILL, and even while this one is stopped."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _fork_on_request(control: socket.socket, functions: Functions) -> None:
    zygote = os.getpid()
    while True:
        niceness, fds, _flags, _address = socket.recv_fds(control, 1, 1)
        if not fds:
            return
        with socket.socket(fileno=fds[0]) as connection:
            pid = os.fork()
            if pid == 0:
                _die_with(zygote)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                control.close()
                os.nice(niceness[0])
                _run_worker(connection, functions)
            pidfd = os.pidfd_open(pid)
            socket.send_fds(control, [b"."], [pidfd])
            os.close(pidfd)


def _run_worker(connection: socket.socket, functions: Functions) -> NoReturn:
    """Serve invocations, and never return into the zygote's code."""
    status = 1
    try:
        snapshot.restore()
        serve(connection, functions)
        status = 0
    except BaseException:  # noqa: BLE001 - the process ends here, with the traceback
        traceback.print_exc()
    finally:
        os._exit(status)
