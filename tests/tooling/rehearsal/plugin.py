"""A plugin of pytest for the rehearsal: it leaves out tests by name, and writes the outcome to a file.

`-p tests.tooling.rehearsal.plugin --outcome FILE`. A test that passes although it is expected to fail is a failure
(xfail_strict): the local AWS can do it now, and the test must not be left out any more.
"""

from pathlib import Path

import msgspec
import pytest

from infra.rehearsal.suite import Outcome
from tests.tooling.rehearsal.left_out import LEFT_OUT


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcome", type=Path, required=True, help="The file for the outcome of the tests, as JSON.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for entry in LEFT_OUT:
            if entry.concerns(item.nodeid):
                skipped, failing = pytest.mark.skip(entry.reason), pytest.mark.xfail(reason=entry.reason)
                item.add_marker(failing if entry.is_run else skipped)


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
