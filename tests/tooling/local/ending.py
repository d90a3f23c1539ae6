"""Waits for the end of processes that are not children of the tests."""

from infra.local.processes import is_running
from tests.support.waiting import eventually


def wait_for_end(*pids: int) -> None:
    eventually(lambda: not any(is_running(pid) for pid in pids), what=f"the end of {pids}")
