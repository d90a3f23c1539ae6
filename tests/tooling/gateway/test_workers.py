"""Workers are frozen between invocations, added on demand, and replaced when they die."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.processes import children, state
from tests.tooling.gateway.running import PROBE, Running, running, until


@pytest.fixture
def single(tmp_path: Path) -> Iterator[Running]:
    """A gateway with a single worker, which does every invocation."""
    with running(PROBE, tmp_path, "--no-reload", "--workers", "1", "--max-workers", "1") as gateway:
        yield gateway


def test_work_left_in_a_thread_stands_still_until_the_next_invocation(single: Running) -> None:
    with httpx.Client(base_url=single.rest_url, timeout=10) as rest:
        pid = rest.get("/api/version").json()["pid"]
        rest.post("/api/ticks")
        until(lambda: state(pid) == "T", "the worker is stopped")
        frozen = time.monotonic()
        for _ in range(50):  # these requests take as long as many ticks
            httpx.get(f"{single.management_url}/@connections/none")
        thawed = time.monotonic()
        rest.get("/api/version")
        until(lambda: any(tick > thawed for tick in rest.get("/api/ticks").json()), "the work goes on")
        assert thawed - frozen > 0.02
        assert not [tick for tick in rest.get("/api/ticks").json() if frozen < tick < thawed]


def test_the_hooks_of_a_snapshot_are_called_once_before_the_first_fork_and_in_each_worker(single: Running) -> None:
    (zygote,) = children(single.process.pid)

    def hooks() -> tuple[int, list[str]]:
        answer = httpx.get(f"{single.rest_url}/api/hooks", timeout=10).json()
        return answer["pid"], answer["called"]

    first, called = hooks()
    assert called == [f"before the snapshot in {zygote}", f"after the restore in {first}"]
    os.kill(first, signal.SIGKILL)
    until(lambda: state(first) == "X", "the worker is dead")
    second, called = hooks()
    assert second != first
    assert called == [f"before the snapshot in {zygote}", f"after the restore in {second}"]


def test_the_pool_grows_to_its_maximum_and_no_further(tmp_path: Path) -> None:
    go = tmp_path / "go"
    arguments = ("--no-reload", "--workers", "1", "--max-workers", "3")
    with running(PROBE, tmp_path, *arguments) as gateway, ThreadPoolExecutor(3) as threads:
        (zygote,) = children(gateway.process.pid)
        assert len(children(zygote)) == 1
        url = f"{gateway.rest_url}/api/wait?path={go}"
        answers = [threads.submit(httpx.get, url, timeout=10) for _ in range(3)]
        until(lambda: len(children(zygote)) == 3, "three workers")
        host, port = gateway.rest_url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as one_more:
            one_more.sendall(b"GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n")
            for _ in range(10):  # after these the gateway has read the request that was sent before
                httpx.get(f"{gateway.management_url}/@connections/none")
            assert len(children(zygote)) == 3
            go.touch()
            assert one_more.recv(64).startswith(b"HTTP/1.1 200 ")
        assert [answer.result().status_code for answer in answers] == [200] * 3


def test_a_busy_worker_that_is_killed_is_a_503_and_an_idle_one_goes_unnoticed(single: Running) -> None:
    with httpx.Client(base_url=single.rest_url, timeout=10) as rest, ThreadPoolExecutor(1) as thread:
        pid = rest.get("/api/version").json()["pid"]
        until(lambda: state(pid) == "T", "the worker has stopped after its answer")
        waiting = thread.submit(httpx.get, f"{single.rest_url}/api/wait?path=/nowhere", timeout=10)
        until(lambda: state(pid) != "T", "the worker runs")
        os.kill(pid, signal.SIGKILL)
        assert waiting.result().status_code == 503
        idle = rest.get("/api/version").json()["pid"]
        until(lambda: state(idle) == "T", "the worker is idle")
        os.kill(idle, signal.SIGKILL)
        until(lambda: state(idle) == "X", "the worker is dead")
        assert rest.get("/api/version").json()["pid"] not in {pid, idle}


def test_a_zygote_that_is_killed_is_replaced(single: Running) -> None:
    (zygote,) = children(single.process.pid)
    os.kill(zygote, signal.SIGKILL)

    def answered() -> bool:
        return httpx.get(f"{single.rest_url}/api/version", timeout=10).status_code == 200

    until(lambda: state(zygote) == "X", "the zygote is dead")
    until(answered, "a new zygote")
    assert zygote not in children(single.process.pid)
