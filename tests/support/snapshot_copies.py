"""Copies of a process as Lambda SnapStart restores them: with equal memory and the same process id, told nothing.

`python -m tests.support.snapshot_copies` is the process that is copied. It reads a `Plan` from its standard input, and
each copy writes a `Report`. A copy is made by the bare system call, so that neither Python's handlers of a fork nor the
C library's are called, and each has the process id 1 in a namespace of its own, as the copied process has.
"""

import ctypes
import importlib
import os
import platform
import random
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import uuid_utils
from bson import ObjectId

from chalice_local_websockets import snapshot
from chalice_local_websockets.functions import Functions
from chalice_local_websockets.invocation import RestRequest, RestResponse
from chalicelib.caching.leases import take_lease
from chalicelib.wiring import wired

CLONE_NEWPID = 0x2000_0000  # <linux/sched.h>
SYS_CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]
ROOT = Path(__file__).parents[2]

NAMESPACES = (["unshare", "--pid", "--fork"], ["unshare", "--user", "--map-root-user", "--pid", "--fork"])
"""The ways to start a process as the first one of a namespace. The second one needs no privileges on most systems."""


class Plan(msgspec.Struct, frozen=True):
    """`number` copies call the hooks, or do not, and then each makes the requests, to which it is given a lease too."""

    number: int
    hooks: bool = True
    requests: Sequence[RestRequest] = ()


class Report(msgspec.Struct, frozen=True):
    """`made` is {what: the random part}, `responses` are bodies, `sockets` the inodes of those that are open."""

    made: Mapping[str, str]
    responses: Sequence[str]
    lease: str | None
    sockets: Sequence[str]


def namespace() -> list[str] | None:
    """Returns the command in front of one that is to start in a namespace of process ids; None where none may."""
    works = (
        way for way in NAMESPACES if not subprocess.run([*way, "true"], capture_output=True, check=False).returncode
    )
    return next(works, None)


def reports_of(plan: Plan, environment: Mapping[str, str], within: Sequence[str]) -> list[Report]:
    """Returns the reports of all copies. `within` is what `namespace` has returned."""
    copied = subprocess.run(
        [*within, sys.executable, "-m", __name__],
        input=msgspec.json.encode(plan),
        env={**environment, "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    return [msgspec.json.decode(line, type=Report) for line in copied.stdout.splitlines()]


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    reports = os.dup(1)
    os.dup2(2, 1)  # what the functions log is no report
    functions = Functions(importlib.import_module("app").app, 29)
    _made()  # a library may take its state before the snapshot
    snapshot.take()
    copies = [_copy(plan, functions, reports) for _ in range(plan.number)]
    statuses = [os.waitpid(copy, 0)[1] for copy in copies]
    sys.exit(any(statuses))


def _copy(plan: Plan, functions: Functions, reports: int) -> int:
    pid: int = ctypes.CDLL(None).syscall(SYS_CLONE, CLONE_NEWPID | signal.SIGCHLD, 0, 0, 0, 0)
    if pid:
        return pid
    status = 1
    try:
        if plan.hooks:
            snapshot.restore()
        os.write(reports, msgspec.json.encode(_report(plan, functions)) + b"\n")  # atomic, as it is short
        status = 0
    finally:
        os._exit(status)


def _report(plan: Plan, functions: Functions) -> Report:
    made = _made()
    responses = [functions.call(request) for request in plan.requests]
    lease = take_lease(wired().redis, f"copied:{made['secrets']}") if plan.requests else None
    return Report(
        made=made,
        responses=[each.body.decode() if isinstance(each, RestResponse) else repr(each) for each in responses],
        lease=lease.decode() if lease else None,
        sockets=_sockets(),
    )


def _made() -> dict[str, str]:
    """What must differ, of each generator that is used. Times are left out, as they differ anyway."""
    object_id = ObjectId()
    return {
        "random": random.random().hex(),
        "secrets": os.urandom(8).hex(),
        "uuid7": str(uuid_utils.uuid7())[19:],
        "object id": str(object_id)[8:],
        "openssl": ssl.RAND_bytes(8).hex(),
    }


def _sockets() -> list[str]:
    links = (str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return [link for link in links if link.startswith("socket:")]


if __name__ == "__main__":
    main()
