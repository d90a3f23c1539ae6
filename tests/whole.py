"""Run pytest, and then once more those few tests that failed, one after the other with nothing beside them.

Thousands of tests share two processors with the servers that they start, kill and freeze. Now and then one fails for
want of a processor. It passes alone, and is named at the end, as it is to be mended. A broken one fails again.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.local.state import CHECKOUT

MOST = 3
"""Where more tests than these have failed, something is broken."""

TESTS_FAILED = 1
"""The exit status of pytest where tests have failed, and nothing else went wrong."""


def main(arguments: Sequence[str], directory: Path = CHECKOUT) -> int:
    """Return the exit status of pytest in this directory: that of the second run, where there is one."""

    def pytest(*arguments: str) -> int:
        return subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=directory).wait()

    status = pytest("--cache-clear", *arguments)
    failed = _failed(directory) if status == TESTS_FAILED else []
    if not 0 < len(failed) <= MOST:
        return status
    _say("Run once more, alone:", failed)
    status = pytest(*failed)
    if status == 0:
        _say("Everything has passed. These failed among others and passed alone, and are to be mended:", failed)
    return status


def _failed(directory: Path) -> list[str]:
    """Return the ids of the tests that failed in the last run."""
    cached = directory / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return list(json.loads(cached.read_text())) if cached.exists() else []


def _say(sentence: str, failed: Sequence[str]) -> None:
    sys.stdout.write("\n".join([sentence, *(f"  {name}" for name in failed), ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    # Ctrl-C reaches pytest as well, which takes its time to stop the servers.
    signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    sys.exit(main(sys.argv[1:]))
