"""The end-to-end tests run in a process of their own, which reports their outcome."""

from pathlib import Path

import pytest

from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.suite import run_suite

WITHOUT_A_SYSTEM = "tests/e2e/test_protocol.py::test_every_action_and_event_is_explained"


def test_passed_and_left_out_tests_are_reported(tmp_path: Path) -> None:
    arguments = [WITHOUT_A_SYSTEM, "tests/e2e/test_freeze.py", "-p", "no:cacheprovider"]
    outcome = run_suite(tmp_path / "system.json", tmp_path / "outcome.json", arguments)
    assert (outcome.passed, outcome.failed) == (1, [])
    [(test, reason)] = outcome.left_out
    assert test == "tests/e2e/test_freeze.py::test_a_publish_that_is_not_awaited_is_late"
    assert reason.startswith("it starts a gateway of its own")


def test_a_test_fails_where_its_system_is_not_described(tmp_path: Path) -> None:
    arguments = ["tests/e2e/test_rest_edge.py::test_health", "-p", "no:cacheprovider"]
    outcome = run_suite(tmp_path / "system.json", tmp_path / "outcome.json", arguments)
    assert (outcome.passed, outcome.failed) == (0, ["tests/e2e/test_rest_edge.py::test_health"])


def test_a_run_that_pytest_refuses_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RehearsalError, match="The tests ended with exit code 4"):
        run_suite(tmp_path / "system.json", tmp_path / "outcome.json", ["--no-such-option"])
