"""The supervisor in a process of its own, with stand-ins for the real processes that have children themselves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.waiting import eventually
from tests.tooling.local.ending import wait_for_end


class Supervised:
    """A running supervisor of the stand-ins "first" and "second"."""

    def __init__(self, directory: Path, process: subprocess.Popen[bytes]) -> None:
        self.directory = directory
        self.process = process

    def output(self) -> str:
        return (self.directory / "output").read_text()

    def pids(self, name: str) -> list[int]:
        """Returns the pids of the stand-in and of its own child; [] before it has started."""
        path = self.directory / f"{name}.pids"
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def all_pids(self) -> list[int]:
        return self.pids("first") + self.pids("second")


@contextmanager
def supervised(directory: Path, *behaviours: str) -> Iterator[Supervised]:
    command = [sys.executable, "-m", "tests.tooling.local.supervised_stand_ins", str(directory), *behaviours]
    with (
        (directory / "output").open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process,
        ExitStack() as stack,
    ):
        stack.callback(process.kill)
        yield Supervised(directory, process)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Supervised]:
    with supervised(tmp_path, "good", "good") as started:
        eventually(lambda: "all ready" in started.output(), what="readiness")
        yield started


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_in_the_reverse_order(running: Supervised, signal_number: signal.Signals) -> None:
    pids = running.all_pids()

    running.process.send_signal(signal_number)

    assert running.process.wait(10) == 0
    assert (running.directory / "stopped").read_text() == "second\nfirst\n"
    wait_for_end(*pids)


def test_a_killed_child_comes_back_without_its_old_children(running: Supervised) -> None:
    old = running.pids("first")

    os.kill(old[0], signal.SIGKILL)

    eventually(lambda: running.output().count("first is ready") == 2, what="the restart")
    assert "first was ended by signal 9 (Killed)" in running.output()
    assert not set(old) & set(running.pids("first"))
    wait_for_end(*old)


def test_a_killed_supervisor_takes_its_children_with_it(running: Supervised) -> None:
    children = [running.pids("first")[0], running.pids("second")[0]]
    grandchildren = [running.pids("first")[1], running.pids("second")[1]]
    try:
        running.process.kill()

        wait_for_end(*children)
    finally:
        for pid in grandchildren:  # only a child itself could have ended these
            os.kill(pid, signal.SIGKILL)


def test_a_child_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    with supervised(tmp_path, "good", "deaf") as started:
        eventually(lambda: "all ready" in started.output(), what="readiness")
        pids = started.all_pids()

        started.process.terminate()

        assert started.process.wait(10) == 0
        assert "second did not stop within 2 s and is killed" in started.output()
        wait_for_end(*pids)


def test_ctrl_c_during_a_stop_kills_at_once(tmp_path: Path) -> None:
    with supervised(tmp_path, "deaf", "deaf") as started:
        eventually(lambda: "all ready" in started.output(), what="readiness")
        pids = started.all_pids()

        started.process.terminate()
        eventually((tmp_path / "second.signalled").exists, what="the first signal")
        started.process.send_signal(signal.SIGINT)

        assert started.process.wait(1.5) == 0  # less time than one child is given to stop
        assert "Killing what still runs" in started.output()
        wait_for_end(*pids)


def test_a_child_that_never_serves_ends_the_start_with_its_last_words(tmp_path: Path) -> None:
    with supervised(tmp_path, "good", "broken") as started:
        assert started.process.wait(10) != 0
        assert "second ended with exit code 3" in started.output()
        assert "I cannot go on" in started.output()
        wait_for_end(*started.all_pids())
