"""Fresh functions: processes forked from one that has imported app.py and has connected to nothing.

So is a worker of the local gateway, and a Lambda function that is restored from a snapshot. `python -m
tests.bench.fresh_functions` is the process that forks them: it reads what they are to do, and writes how long it took.
"""

import importlib
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from chalicelib.wiring import wired
from infra.local.gateway import snapshot
from infra.local.gateway.functions import Functions
from infra.local.gateway.invocation import Invocation, RestResponse

PARTS: Mapping[str, Callable[[], object]] = {
    "MongoDB, to the first answer": lambda: wired().mongo.ping(),  # noqa: PLW0108 - the wiring is the child's
    "Redis, to the first answer": lambda: wired().redis.ping(),  # noqa: PLW0108
    "Kafka, to a connected producer": lambda: wired().producer.connect(),  # noqa: PLW0108
}
"""What a fresh function does before it can work, each alone."""

Step = Invocation | str
"""An invocation, or the name of one of the PARTS."""


class Nursery:
    """The process that forks them."""

    def __init__(self, requests: IO[bytes], reports: IO[bytes]) -> None:
        self._requests = requests
        self._reports = reports

    def milliseconds(self, step: Step) -> float:
        """Lets a fresh function do one thing, and returns how long that took."""
        pickle.dump(step, self._requests)
        self._requests.flush()
        report = pickle.load(self._reports)  # noqa: S301 - our own child wrote it
        assert isinstance(report, float), report
        return report


@contextmanager
def nursery(environment: Mapping[str, str]) -> Iterator[Nursery]:
    child = subprocess.Popen(
        [sys.executable, "-m", __name__],
        env={**os.environ, **environment, "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        yield Nursery(child.stdin, child.stdout)
        child.stdin.close()


def main() -> None:
    reports = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the functions log is no report
    functions = Functions(importlib.import_module("app").app, 29)
    snapshot.take()
    while True:
        try:
            step = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
        except EOFError:
            return
        if os.fork() == 0:
            pickle.dump(_do(functions, step), reports)
            reports.flush()
            os._exit(0)
        os.wait()


def _do(functions: Functions, step: Step) -> object:
    began = time.perf_counter()
    snapshot.restore()
    if isinstance(step, str):
        PARTS[step]()
    else:
        reply = functions.call(step)
        if not isinstance(reply, RestResponse) or reply.status >= 300:
            return repr(reply)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
