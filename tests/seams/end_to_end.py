"""Runs end-to-end tests on servers that another test has started."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from infra.local.servers.plan import KAFKA_ACCESS
from infra.local.state import CHECKOUT

FILES = ("accounts", "chat", "conversations", "ended_sessions", "events", "healing", "messages", "presence", "sessions")
"""tests/e2e/test_<name>.py: these use every key in Redis, every topic, the sockets and the consumer's healing."""

MIN_TESTS = 60
"""FILES have at least this many tests."""

SERVERS = {"REDIS_URL", "MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS", *KAFKA_ACCESS}


@dataclass(frozen=True)
class Result:
    """How many tests have passed, failed or been skipped, and what pytest has printed."""

    passed: int
    failed: int
    skipped: int
    output: str


def run_end_to_end(servers: Mapping[str, str], directory: Path) -> Result:
    """Runs FILES in a separate process, whose system uses `servers` and starts those that are not in it."""
    report = directory / "report.xml"
    command = [
        *(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"),
        *(f"--junitxml={report}", f"--basetemp={directory / 'tests'}", "--show-capture=no"),
        *(f"tests/e2e/test_{name}.py" for name in FILES),
    ]
    environ = {name: value for name, value in os.environ.items() if name not in SERVERS}
    run = subprocess.run(
        command, cwd=CHECKOUT, env={**environ, **servers}, capture_output=True, text=True, timeout=580, check=False
    )
    assert report.exists(), run.stdout + run.stderr
    (suite,) = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - it is pytest's report
    total, failed, skipped = (
        sum(int(suite.get(name, "0")) for name in names) for names in (["tests"], ["failures", "errors"], ["skipped"])
    )
    return Result(total - failed - skipped, failed, skipped, run.stdout)
