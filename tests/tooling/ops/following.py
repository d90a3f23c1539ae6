"""Commands that run until they are interrupted, started as a user does."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from infra.local.state import CHECKOUT

_SIGINT_IGNORED: Callable[[], object] = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
"""Ignores SIGINT, as a shell without job control does for a background process; Ctrl-C must work all the same."""


@contextmanager
def following(environment: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Starts `python -m infra.ops <arguments>`, and kills it at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "infra.ops", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_SIGINT_IGNORED,  # noqa: PLW1509 - nothing but one system call
    ) as process:
        try:
            yield process
        finally:
            process.kill()
