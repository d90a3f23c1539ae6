"""The thread that runs the tasks survives errors of its lease."""

import threading
from typing import cast

from pymongo.errors import OperationFailure

from chalicelib.consumer.tasks.leadership import Leadership
from chalicelib.consumer.tasks.runner import Task, TaskRunner


class RotatedCredentials:
    """A lease that MongoDB refuses the first time, with an error that does not mean that MongoDB is down."""

    def __init__(self) -> None:
        self.refused = 0

    def hold(self) -> bool:
        if not self.refused:
            self.refused += 1
            raise OperationFailure("Authentication failed.", code=18)
        return True

    def release(self) -> None:
        pass


def test_tasks_still_run_after_their_lease_has_failed() -> None:
    lease, stop = RotatedCredentials(), threading.Event()
    runner = TaskRunner(cast("Leadership", lease), [Task("heal", 1.0, stop.set)], stop)
    runner.start()
    assert stop.wait(10), "the task ran after the failure"
    runner.join()
    assert lease.refused
