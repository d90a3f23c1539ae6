"""What a handler leaves undone is named at the freeze."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from chalice_local_websockets.in_flight.report import InFlight
from chalice_local_websockets.testing import NotStartedError, RunningGateway, running_gateway
from tests.tooling.gateway.running import until

APP = Path(__file__).parent / "apps" / "unfinished"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    """Of this test alone, as what was left behind stays in the workers."""
    with running_gateway(APP, tmp_path) as started:
        yield started


def left_by(gateway: RunningGateway, path: str) -> list[str]:
    """Calls the route and returns what it was told to have left."""
    assert httpx.get(gateway.rest_url + path, timeout=10).status_code == 200
    reports = gateway.take_in_flight()
    assert {report.invocation for report in reports} <= {f"GET {path}"}
    return [sentence for report in reports for sentence in report.left]


def test_a_handler_that_waits_for_all_leaves_nothing(gateway: RunningGateway) -> None:
    assert left_by(gateway, "/nothing") == []
    assert left_by(gateway, "/idle-executor") == []


def test_a_running_thread_is_named_with_its_place(gateway: RunningGateway) -> None:
    (sentence,) = left_by(gateway, "/thread")
    assert re.fullmatch(rf"the thread 'mailer' was running, in wait_to_go_on, line \d+ of {APP}/app.py", sentence)
    assert f"in flight when GET /thread returned: {sentence}" in gateway.output()


def test_a_future_is_named_by_what_it_calls(gateway: RunningGateway) -> None:
    thread, future = left_by(gateway, "/future")
    assert "wait_to_go_on" in thread
    assert future == "the future of wait_to_go_on was not finished"


def test_a_task_of_asyncio_is_named(gateway: RunningGateway) -> None:
    assert left_by(gateway, "/task") == ["the task 'reminder' of sleep was not finished"]


def test_a_child_process_is_named(gateway: RunningGateway) -> None:
    (sentence,) = left_by(gateway, "/process")
    assert re.fullmatch(r"the process \d+ \(sleep\) was running", sentence)


def test_an_answer_that_was_not_read_is_named(gateway: RunningGateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.settimeout(10)
        with httpx.Client(timeout=10) as rest:
            request = rest.build_request("GET", f"{gateway.rest_url}/unread/{port}")
            with socket.create_connection(("127.0.0.1", int(gateway.rest_url.rpartition(":")[2]))) as client:
                client.sendall(f"GET {request.url.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                peer, _ = server.accept()
                with peer:
                    peer.sendall(b"12345")
                    assert client.recv(64).startswith(b"HTTP/1.1 200 ")
    (report,) = gateway.take_in_flight()
    assert report.left == [f"5 bytes from 127.0.0.1:{port} were not read"]


def test_a_websocket_handler_is_named_by_its_route(gateway: RunningGateway) -> None:
    with connect(gateway.websocket_url) as client:
        client.send("reader")
        (report,) = until(gateway.take_in_flight, "the report")
    assert isinstance(report, InFlight)
    assert report.invocation == "$default"
    assert report.left[0].startswith("the thread 'reader' was running, in wait_to_go_on")


def test_an_app_that_does_not_start_is_told_with_its_output(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import nothing_of_this_name\n")
    with (
        pytest.raises(NotStartedError, match="No module named 'nothing_of_this_name'"),
        running_gateway(tmp_path, tmp_path),
    ):
        pass
