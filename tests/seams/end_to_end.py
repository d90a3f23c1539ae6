"""The end-to-end tests, on servers that a test has started."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from infra.local.servers.plan import KAFKA_ACCESS
from infra.local.state import CHECKOUT

PARTS = ("accounts", "chat", "conversations", "ended_sessions", "events", "healing", "messages", "presence", "sessions")
"""Of tests/e2e: what uses every key in Redis, every topic, the sockets and the consumer's healing."""

LEAST = 60
"""So many tests are in PARTS."""

SERVERS = {"REDIS_URL", "MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS", *KAFKA_ACCESS}


@dataclass(frozen=True)
class Result:
    """`output` is what pytest has said, which is for people."""

    passed: int
    failed: int
    skipped: int
    output: str


def run_end_to_end(servers: Mapping[str, str], directory: Path) -> Result:
    """PARTS in a process of their own, whose system uses `servers` and starts those that are not named."""
    report = directory / "report.xml"
    command = [
        *(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"),
        *(f"--junitxml={report}", f"--basetemp={directory / 'tests'}", "--show-capture=no"),
        *(f"tests/e2e/test_{part}.py" for part in PARTS),
    ]
    environ = {name: value for name, value in os.environ.items() if name not in SERVERS}
    run = subprocess.run(
        command, cwd=CHECKOUT, env={**environ, **servers}, capture_output=True, text=True, timeout=280, check=False
    )
    assert report.exists(), run.stdout + run.stderr
    (suite,) = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 - our own
    total, failed, skipped = (
        sum(int(suite.get(name, "0")) for name in names) for names in (["tests"], ["failures", "errors"], ["skipped"])
    )
    return Result(total - failed - skipped, failed, skipped, run.stdout)
