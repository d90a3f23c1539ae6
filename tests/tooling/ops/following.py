"""Commands that go on until they are interrupted, as a user starts them."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from infra.local.state import CHECKOUT

_SIGINT_IGNORED: Callable[[], object] = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
"""As a shell without job control starts a process in the background; Ctrl-C must reach it all the same."""


@contextmanager
def following(environment: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """`python -m infra.ops <arguments>`, killed at the end if it still runs."""
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
