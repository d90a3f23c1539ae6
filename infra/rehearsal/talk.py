"""Clients who talk to each other while the rehearsal does something else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec

from infra.local.process import end_with_parent
from infra.local.state import CHECKOUT
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.stage import Stage
from infra.rehearsal.tally import Tally

_END_SECONDS = 180
_SECONDS = 120
_INTERVAL = 0.2


class Talk:
    """A running `infra.rehearsal.talkers`."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def acknowledged(self) -> int:
        """Return how many messages are acknowledged so far. Raises RehearsalError where the talk has failed."""
        return int(self._ask())

    def go_on(self, messages: int) -> None:
        """Wait until this many further messages are acknowledged. Raises RehearsalError after two minutes."""
        until, deadline = self.acknowledged() + messages, time.monotonic() + _SECONDS
        while self.acknowledged() < until:
            if time.monotonic() > deadline:
                raise RehearsalError(f"Clients are not acknowledged {messages} messages in {_SECONDS} s.")
            time.sleep(_INTERVAL)

    def end(self) -> Tally:
        """End the talk. Raises RehearsalError where it has failed, a message was lost or a socket dropped."""
        try:
            output, _ = self._process.communicate(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            raise RehearsalError(f"The talk does not end. Its log is {self._log}.") from None
        if self._process.returncode:
            raise RehearsalError(f"The talk failed. Its log is {self._log}.")
        tally = msgspec.json.decode(output.splitlines()[-1], type=Tally)
        if tally.fault:
            raise RehearsalError(tally.fault)
        return tally

    def _ask(self) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise RehearsalError("The talk has no pipes.")
        try:
            print(file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise RehearsalError(f"The talk has ended. Its log is {self._log}.") from None
        answer = self._process.stdout.readline()
        if not answer:
            raise RehearsalError(f"The talk has ended. Its log is {self._log}.")
        return answer


@contextmanager
def talking(stage: Stage, mongodb_uri: str, log: Path) -> Iterator[Talk]:
    """Start a talk through a stage; it has begun once `acknowledged` is answered. A talk that goes on is killed."""
    command = [sys.executable, "-m", "infra.rehearsal.talkers", stage.rest_url, stage.websocket_url, mongodb_uri]
    with (
        log.open("w") as output,
        subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            start_new_session=True,  # so that Ctrl-C ends it by way of this process
            preexec_fn=partial(end_with_parent, os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - there is a single thread
        ) as process,
    ):
        try:
            yield Talk(process, log)
        finally:
            process.kill()
