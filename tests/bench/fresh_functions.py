"""Fresh functions: processes forked from one that has imported app.py and has connected to nothing, and others.

So is a worker of the local gateway, and a Lambda function that is restored from a snapshot. Without a snapshot, a
function begins with its imports. `python -m tests.bench.fresh_functions` is the process that forks them: it reads what
they are to do, and writes how long it took. With the argument `unprepared` it does one thing itself, imports included.
"""

import importlib
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

from chalice_local_websockets.invocation import Invocation, RestResponse

CLIENT = "Secrets Manager, to a client"

PARTS: Mapping[str, Callable[[], object]] = {
    "MongoDB, to the first answer": lambda: _wired().mongo.ping(),  # noqa: PLW0108 - the wiring is the child's
    "Redis, to the first answer": lambda: _wired().redis.ping(),  # noqa: PLW0108
    "Kafka, to a connected producer": lambda: _wired().producer.connect(),  # noqa: PLW0108
    CLIENT: lambda: importlib.import_module("boto3").client("secretsmanager", region_name="us-east-1"),
}
"""What a fresh function does before it can work, each alone."""

Step = Invocation | str
"""An invocation, or the name of one of the PARTS."""


class Took(NamedTuple):
    """Milliseconds that passed, and of the processor, all threads together."""

    passed: float
    processor: float


class Nursery:
    """The process that forks them."""

    def __init__(self, requests: IO[bytes], reports: IO[bytes]) -> None:
        self._requests = requests
        self._reports = reports

    def measured(self, step: Step) -> Took:
        """Lets a fresh function do one thing, and returns what that took."""
        pickle.dump(step, self._requests)
        self._requests.flush()
        return _measured(pickle.load(self._reports))  # noqa: S301 - our own child wrote it


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


def measured_unprepared(step: Step, environment: Mapping[str, str]) -> Took:
    """Lets a function without a snapshot do one thing, and returns what that and its imports took.

    It finds bytecode, as in the package: the first such function writes it, also where the shell forbids that.
    """
    child = subprocess.run(
        [sys.executable, "-m", __name__, "unprepared"],
        env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": ""},
        input=pickle.dumps(step),
        stdout=subprocess.PIPE,
        check=True,
    )
    return _measured(pickle.loads(child.stdout))  # noqa: S301 - our own child wrote it


def _measured(report: object) -> Took:
    assert isinstance(report, Took), report
    return report


def main() -> None:
    reports = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the functions log is no report
    if sys.argv[1:] == ["unprepared"]:
        step = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
        pickle.dump(_do(step), reports)
        reports.close()
        os._exit(0)  # nothing is closed, as in a function that is frozen
    _fork_for_each_step(reports)


def _fork_for_each_step(reports: IO[bytes]) -> None:
    importlib.import_module("chalice_local_websockets.functions")
    importlib.import_module("app")
    importlib.import_module("chalicelib.clients.aws").import_ahead()  # as where secrets are named
    snapshot = importlib.import_module("chalice_local_websockets.snapshot")
    snapshot.take()
    while True:
        try:
            step = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
        except EOFError:
            return
        if os.fork() == 0:
            pickle.dump(_do(step, before=snapshot.restore), reports)
            reports.flush()
            os._exit(0)
        os.wait()


def _do(step: Step, before: Callable[[], None] = lambda: None) -> object:
    """Does one thing as a function does, which imports app.py where that is not done already.

    The time does not include what stands for Lambda's own runtime here.
    """
    began = _now()
    before()
    if isinstance(step, str):
        PARTS[step]()
        return _since(began)
    app = importlib.import_module("app").app
    own = _since(began)
    functions = importlib.import_module("chalice_local_websockets.functions").Functions(app, 29)
    began = _now()
    reply = functions.call(step)
    if not isinstance(reply, RestResponse) or reply.status >= 300:
        return repr(reply)
    rest = _since(began)
    return Took(own.passed + rest.passed, own.processor + rest.processor)


def _now() -> Took:
    return Took(1000 * time.perf_counter(), 1000 * time.process_time())


def _since(began: Took) -> Took:
    now = _now()
    return Took(now.passed - began.passed, now.processor - began.processor)


def _wired() -> Any:  # Any: importing its type would be part of the measurement
    return importlib.import_module("chalicelib.wiring").wired()


if __name__ == "__main__":
    main()
