"""Run pytest with its files in memory, and then once more those few tests that failed, one after the other and alone.

Some thirty systems write to the disk as servers do that must survive the loss of power. Here they need to survive only
that of their processes, and in memory they take less processor time for it.

Thousands of tests share two processors with the servers that they start, kill and freeze. Now and then one fails for
want of a processor. It passes alone, and is named at the end, as it is to be mended. A broken one fails again.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local.state import CHECKOUT

MOST = 3
"""Where more tests than these have failed, something is broken."""

TESTS_FAILED = 1
"""The exit status of pytest where tests have failed, and nothing else went wrong."""

MEMORY = Path("/dev/shm")

MEMORY_BYTES = 8 * 1024**3
"""How much must be left there to have the files in it: those of a whole run have 3 GiB."""


def main(arguments: Sequence[str], directory: Path = CHECKOUT) -> int:
    """Return the exit status of pytest in this directory: that of the second run, where there is one."""
    with files_in_memory(os.environ) as environ:
        return _run(arguments, directory, environ)


@contextmanager
def files_in_memory(
    environ: Mapping[str, str], memory: Path = MEMORY, needed: int = MEMORY_BYTES
) -> Iterator[Mapping[str, str]]:
    """Yield the environment with a TMPDIR in memory that is removed at the end, or as it is where there is no room.

    Whoever wants to keep the files, as the logs of the servers, sets TMPDIR.
    """
    if "TMPDIR" in environ or not _has_room(memory, needed):
        yield environ
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="devconnect-tests-", ignore_cleanup_errors=True) as own:
        yield {**environ, "TMPDIR": own}


def _has_room(memory: Path, needed: int) -> bool:
    if not os.access(memory, os.W_OK):
        return False
    may_execute = not os.statvfs(memory).f_flag & os.ST_NOEXEC  # tests write programs, too
    return may_execute and shutil.disk_usage(memory).free >= needed


def _run(arguments: Sequence[str], directory: Path, environ: Mapping[str, str]) -> int:
    def pytest(*arguments: str) -> int:
        return subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=directory, env=environ).wait()

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
