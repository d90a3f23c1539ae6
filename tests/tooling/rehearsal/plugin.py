"""pytest's part in the rehearsal: leaves out by name what the local AWS cannot do, and notes what the tests came to.

`-p tests.tooling.rehearsal.plugin --outcome FILE`. A test that passes although it is expected to fail is a failure
(xfail_strict): the local AWS has learned it, and the test must not be left out any more.
"""

from pathlib import Path

import msgspec
import pytest

from infra.rehearsal.suite import Outcome
from tests.tooling.rehearsal.left_out import LEFT_OUT


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcome", type=Path, required=True, help="The file for what the tests came to, as JSON.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for one in LEFT_OUT:
            if one.concerns(item.nodeid):
                item.add_marker(pytest.mark.xfail(reason=one.reason) if one.is_run else pytest.mark.skip(one.reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    stats = terminalreporter.stats
    outcome = Outcome(
        passed=len(stats.get("passed", [])),
        failed=[report.nodeid for report in (*stats.get("failed", []), *stats.get("error", []))],
        left_out=[
            *((report.nodeid, str(report.wasxfail)) for report in stats.get("xfailed", [])),
            *(
                (report.nodeid, str(report.longrepr[2]).removeprefix("Skipped: "))
                for report in stats.get("skipped", [])
            ),
        ],
    )
    path: Path = config.getoption("--outcome")
    path.write_bytes(msgspec.json.encode(outcome))
