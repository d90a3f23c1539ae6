"""Tells what was in flight when a handler returned: on the worker's standard error, and in a file for programs."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from chalice_local_websockets.in_flight.futures import unfinished_futures
from chalice_local_websockets.in_flight.processes import running_children
from chalice_local_websockets.in_flight.sockets import sockets_with_data
from chalice_local_websockets.in_flight.threads import running_threads
from chalice_local_websockets.invocation import Invocation, RestRequest

_VARIABLE = "CHALICE_WS_LOCAL_IN_FLIGHT"
_NO_FILE = "-"


class InFlight(msgspec.Struct, frozen=True):
    """One invocation, as `POST /messages` or `$default`, and a sentence for each thing that it left behind."""

    invocation: str
    left: list[str]


def in_flight_environment(file: Path | None) -> dict[str, str]:
    """Returns the environment variable that has workers report, to a file too if there is one."""
    return {_VARIABLE: str(file) if file else _NO_FILE}


def reporter(own_socket: int) -> Callable[[Invocation], None] | None:
    """Returns what is to be called when a handler has returned; None where nothing was asked for.

    `own_socket` is the descriptor by which the worker is called, which is no function's.
    """
    file = os.environ.get(_VARIABLE)
    if not file:
        return None

    def report(invocation: Invocation) -> None:
        left = [*running_threads(), *unfinished_futures(), *running_children(), *sockets_with_data(own_socket)]
        if not left:
            return
        found = InFlight(_name(invocation), left)
        for sentence in left:
            print(f"in flight when {found.invocation} returned: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
        if file != _NO_FILE:
            with Path(file).open("ab") as lines:  # one write of a whole line, as workers share the file
                lines.write(msgspec.json.encode(found) + b"\n")

    return report


def read_reports(file: Path) -> list[InFlight]:
    """Returns what workers have appended to the file so far."""
    if not file.exists():
        return []
    whole = file.read_bytes().rpartition(b"\n")[0]
    return [msgspec.json.decode(line, type=InFlight) for line in whole.splitlines()]


def _name(invocation: Invocation) -> str:
    if isinstance(invocation, RestRequest):
        return f"{invocation.method} {invocation.path.partition('?')[0]}"  # a query string may hold a secret
    return invocation.route_key
