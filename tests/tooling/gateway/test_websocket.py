"""The websocket API, called by a real websocket client."""

import json
import re
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from chalice_local_websockets.limits import FRAMES_IN_FLIGHT
from chalice_local_websockets.responses import error_frame
from infra.local.gateway.stage import STAGE
from tests.tooling.gateway.probe_client import ask, connection_id, disconnected
from tests.tooling.gateway.running import PROBE, Running, running, until


def status_of_refusal(url: str, **headers: str) -> int:
    with pytest.raises(InvalidStatus) as refusal, connect(url, additional_headers=headers):
        pass
    return refusal.value.response.status_code


def test_connect_gets_headers_and_query_and_a_message_does_not(gateway: Running) -> None:
    with connect(f"{gateway.websocket_url}/v1?ticket=a%2Bb", additional_headers={"Origin": "http://o"}) as client:
        ask(client, do="event")
        message = json.loads(client.recv(timeout=10))
    context = message["requestContext"]
    assert (context["routeKey"], context["eventType"], context["stage"]) == ("$default", "MESSAGE", "v1")
    assert json.loads(message["body"]) == {"do": "event"}
    assert "headers" not in message
    connected = json.loads(gateway.kept("connect", context["connectionId"]).read_text())
    assert connected["headers"]["origin"] == "http://o"
    assert connected["queryStringParameters"] == {"ticket": "a+b"}
    assert connected["requestContext"]["connectedAt"] == context["connectedAt"]


@pytest.mark.parametrize(("query", "status"), [("status=403", 403), ("status=401", 401), ("raise=1", 502)])
def test_the_answer_of_connect_decides_on_the_upgrade(gateway: Running, query: str, status: int) -> None:
    assert status_of_refusal(f"{gateway.websocket_url}?{query}") == status


def test_a_push_during_connect_meets_410(gateway: Running) -> None:
    assert status_of_refusal(f"{gateway.websocket_url}?push=1") == 502
    gateway.wait_for(re.compile("GoneException"))


def test_a_url_above_4096_bytes_is_refused(gateway: Running) -> None:
    assert status_of_refusal(f"{gateway.websocket_url}/?x={'x' * 4093}") == 414
    with connect(f"{gateway.websocket_url}/?x={'x' * 4092}"):
        pass


def test_an_upgrade_that_cannot_be_read_is_refused(gateway: Running) -> None:
    assert status_of_refusal(f"{gateway.websocket_url}/?x={'x' * 9_000}") == 414
    assert status_of_refusal(gateway.websocket_url, Cookie="x" * 9_000) == 431


def test_connect_chooses_the_subprotocol(gateway: Running) -> None:
    offered = [Subprotocol("devconnect.v1"), Subprotocol("devconnect.v0")]
    with connect(gateway.websocket_url, subprotocols=offered) as client:
        assert client.subprotocol == "devconnect.v1"


@pytest.mark.parametrize("path", ["", "/", f"/{STAGE}"])
def test_the_stage_is_at_the_root_and_below_its_name(gateway: Running, path: str) -> None:
    with connect(gateway.websocket_url + path):
        pass


@pytest.mark.parametrize("path", ["/socket.io/", "/v2", f"/{STAGE}/chat", "//"])
def test_an_upgrade_on_any_other_path_is_forbidden(gateway: Running, path: str) -> None:
    with pytest.raises(InvalidStatus) as caught, connect(gateway.websocket_url + path):
        pass
    response = caught.value.response
    assert (response.status_code, response.headers["x-amzn-errortype"]) == (403, "ForbiddenException")
    assert response.body == b'{"message":"Forbidden"}'


def test_a_handler_that_raises_or_dies_is_an_error_frame_and_the_connection_stays(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        for what in ("raise", "die"):
            ask(client, do=what)
            frame = str(client.recv(timeout=10))
            ids = json.loads(frame)
            assert frame == error_frame(ids["connectionId"], ids["requestId"])
            gateway.wait_for(re.compile(rf"\$default \(request {re.escape(ids['requestId'])}\)"))
            assert connection_id(client) == ids["connectionId"]


def test_the_return_value_of_a_handler_is_not_sent(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        ask(client, do="push", text="first")
        ask(client, do="push", text="second")
        received = {client.recv(timeout=10), client.recv(timeout=10)}
    assert received == {"first", "second"}


def test_messages_of_one_connection_run_concurrently(gateway: Running) -> None:
    first, second = (gateway.probe_dir / name for name in ("go-first", "go-second"))
    with connect(gateway.websocket_url) as client:
        ask(client, do="push-after", path=str(first))
        ask(client, do="push-after", path=str(second))
        second.touch()
        assert client.recv(timeout=10) == str(second)
        first.touch()
        assert client.recv(timeout=10) == str(first)


def test_few_messages_of_one_connection_are_in_flight_and_others_have_their_turn(tmp_path: Path) -> None:
    go = tmp_path / "go"
    arguments = ("--no-reload", "--workers", "1", "--max-workers", str(FRAMES_IN_FLIGHT + 1))
    with (
        running(PROBE, tmp_path, *arguments) as gateway,
        connect(gateway.websocket_url) as flooding,
        connect(gateway.websocket_url) as other,
    ):
        for _ in range(100):
            ask(flooding, do="push-after", path=str(go))
        for number in range(20):
            ask(other, do="push", text=str(number))
            assert other.recv(timeout=10) == str(number)
        go.touch()
        for _ in range(100):
            assert flooding.recv(timeout=10) == str(go)


def test_a_binary_frame_closes_with_1003(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        name = connection_id(client)
        client.send(b"\x00")
        assert code_of_close(client) == 1003
    assert disconnected(gateway, name)[0] == 1003


@pytest.mark.parametrize(
    "parts", [[b"\xff"], [b'{"do":"event"}', b"\xc3"], [b"\xc3", b"("], [b"\xed\xa0\x80"]], ids=repr
)
def test_text_that_is_not_utf_8_closes_with_1007_and_logs_no_failure(gateway: Running, parts: list[bytes]) -> None:
    with connect(gateway.websocket_url) as client:
        name = connection_id(client)
        client.send(parts, text=True)
        assert code_of_close(client) == 1007
    assert disconnected(gateway, name)[0] == 1007
    assert "UnicodeDecodeError" not in gateway.output


def test_a_character_may_be_in_two_frames(gateway: Running) -> None:
    text = '{"do": "push", "text": "é"}'.encode()
    with connect(gateway.websocket_url) as client:
        client.send([text[:25], text[25:]], text=True)
        assert client.recv(timeout=10) == "é"


def test_a_frame_above_32_kb_closes_with_1009(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        name = connection_id(client)
        client.send(padded(32 * 1024))
        assert client.recv(timeout=10) == "fits"
        client.send(padded(32 * 1024 + 1))
        assert code_of_close(client) == 1009
    assert disconnected(gateway, name)[0] == 1009


def test_a_message_above_128_kb_closes_with_1009(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        message = padded(128 * 1024)
        client.send(message[i : i + 32 * 1024] for i in range(0, len(message), 32 * 1024))
        assert client.recv(timeout=10) == "fits"
        with suppress(ConnectionClosedError):  # it is closed while this is still being sent
            client.send([message[: 32 * 1024]] * 4 + ["x"])
        assert code_of_close(client) == 1009


def test_disconnect_sees_the_close_frames_code_and_reason(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        name = connection_id(client)
        client.close(4000, "bye")
    assert disconnected(gateway, name) == (4000, "bye")


def test_disconnect_tells_a_close_without_a_code_from_an_abort(gateway: Running) -> None:
    with connect(gateway.websocket_url) as client:
        name = connection_id(client)
        with client.protocol_mutex:
            client.protocol.send_close()
            client.send_data()
    assert disconnected(gateway, name) == (1005, "Client-side close frame status not set")
    with connect(gateway.websocket_url) as client:
        name = connection_id(client)
        client.socket.shutdown(socket.SHUT_RDWR)
    assert disconnected(gateway, name)[0] == 1006


def test_a_client_that_leaves_during_connect_is_disconnected_too(gateway: Running) -> None:
    go = gateway.probe_dir / "go-connect"
    host, port = gateway.websocket_url.removeprefix("ws://").split(":")
    before = set(gateway.probe_dir.glob("connect-*.json"))
    with socket.create_connection((host, int(port))) as client:
        key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        upgrade = f"Host: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{key}"
        client.sendall(f"GET /?wait={go} HTTP/1.1\r\n{upgrade}\r\n".encode())
        (kept,) = until(lambda: set(gateway.probe_dir.glob("connect-*.json")) - before, "$connect runs")
    go.touch()
    name = kept.stem.removeprefix("connect-")
    assert disconnected(gateway, name)[0] == 1006


def padded(size: int) -> str:
    """Returns a message of `size` bytes, which the probe app answers with "fits"."""
    message = json.dumps({"do": "push", "text": "fits", "padding": ""})
    return message.replace('"padding": "', '"padding": "' + "x" * (size - len(message)))


def code_of_close(client: ClientConnection) -> int:
    with pytest.raises(ConnectionClosedError) as closed:
        client.recv(timeout=10)
    assert closed.value.rcvd
    return closed.value.rcvd.code
