"""Runs the end-to-end tests of `make test` on the deployed stage."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import msgspec

from infra.local.process import end_with_parent
from infra.local.state import CHECKOUT
from infra.rehearsal.errors import RehearsalError

_STOP_SECONDS = 20


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of the tests. `left_out` are (test, reason): what the local AWS cannot do."""

    passed: int
    failed: list[str]
    left_out: list[tuple[str, str]]


def run_suite(system: Path, outcome: Path, arguments: list[str]) -> Outcome:
    """Run the tests on the system that the file `system` describes; they print their progress.

    Raises RehearsalError if they end without an outcome.
    """
    command = [
        *(sys.executable, "-m", "pytest", "-p", "tests.tooling.rehearsal.plugin"),
        *("--system", str(system), "--outcome", str(outcome), *(arguments or ["tests/e2e"])),
    ]
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        start_new_session=True,  # so that Ctrl-C is passed on only once
        preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGINT),  # noqa: PLW1509 - there is a single thread
    ) as suite:
        try:
            code = suite.wait()
        except KeyboardInterrupt:
            _interrupt(suite)
            raise
    if not outcome.exists():
        raise RehearsalError(f"The tests ended with exit code {code}.")
    return msgspec.json.decode(outcome.read_bytes(), type=Outcome)


def _interrupt(suite: subprocess.Popen[bytes]) -> None:
    """Let the tests stop the processes that they have started."""
    suite.send_signal(signal.SIGINT)
    try:
        suite.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        suite.kill()
