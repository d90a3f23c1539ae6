"""The end of a process, seen from one that is not its parent."""

from infra.local.processes import is_running
from tests.support.waiting import eventually


def wait_for_end(*pids: int) -> None:
    eventually(lambda: not any(is_running(pid) for pid in pids), what=f"the end of {pids}")
