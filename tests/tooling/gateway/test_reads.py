"""How much of a connection is read at a time."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import TypeVar

import pytest
import uvloop
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from chalice_local_websockets.http_server import HttpProtocol, HttpServer, WebsocketProtocol, address, listen
from chalice_local_websockets.reads import READ_BYTES

FRAMES = 20_000
REQUESTS = 2_000
LAST = {"type": "websocket.receive", "text": "the last"}

Protocol = TypeVar("Protocol", HttpProtocol, WebsocketProtocol)
Run = Callable[[Coroutine[object, object, None]], None]


@pytest.fixture(params=[uvloop.run, asyncio.run])  # the gateway's own loop, and that of tests
def run(request: pytest.FixtureRequest) -> Run:
    loop: Run = request.param
    return loop


class Reads:
    """Notes what a protocol is given, and how often between two turns of the other tasks of the event loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, protocol: type[Protocol]) -> None:
        self.sizes: list[int] = []
        self.in_a_turn: Counter[int] = Counter()
        self._turns = 0
        data_received: Callable[[Protocol, bytes], None] = protocol.data_received

        def noted(this: Protocol, data: bytes) -> None:
            self.sizes.append(len(data))
            self.in_a_turn[self._turns] += 1
            data_received(this, data)

        monkeypatch.setattr(protocol, "data_received", noted)

    async def count_until(self, done: asyncio.Event) -> None:
        while not done.is_set():
            self._turns += 1
            await asyncio.sleep(0)


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.PING])
def test_many_small_frames_are_read_in_small_pieces_between_which_others_are_served(
    monkeypatch: pytest.MonkeyPatch, run: Run, opcode: Opcode
) -> None:
    reads = Reads(monkeypatch, WebsocketProtocol)
    frames = Frame(opcode, b"nonsense").serialize(mask=True) * FRAMES
    all_received = asyncio.Event()

    async def app(_scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        while (await receive()) != LAST:
            pass
        all_received.set()
        await receive()

    run(_serve(HttpServer(app, websockets=True), _send_frames, frames, reads, all_received))
    assert sum(reads.sizes) > len(frames)
    assert max(reads.sizes) <= READ_BYTES
    assert max(reads.in_a_turn.values()) == 1


def test_requests_that_are_pipelined_are_read_in_small_pieces(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    reads = Reads(monkeypatch, HttpProtocol)
    requests = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * REQUESTS
    all_received = asyncio.Event()
    received = 0

    async def app(_scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        nonlocal received
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        received += 1
        if received == REQUESTS:
            all_received.set()

    run(_serve(HttpServer(app, websockets=False), _send_requests, requests, reads, all_received))
    assert sum(reads.sizes) == len(requests)
    assert max(reads.sizes) <= READ_BYTES
    assert max(reads.in_a_turn.values()) == 1


async def _serve(
    server: HttpServer,
    send: Callable[[socket.socket, bytes], None],
    data: bytes,
    reads: Reads,
    all_received: asyncio.Event,
) -> None:
    listener = listen("127.0.0.1", 0)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    sending = asyncio.create_task(asyncio.to_thread(send, listener, data))
    async with asyncio.timeout(30):
        await reads.count_until(all_received)
    server.stop()
    await asyncio.gather(serving, sending)


def _send_frames(listener: socket.socket, frames: bytes) -> None:
    """Open a websocket, send the frames and a last one, and wait until the server closes."""
    client = ClientProtocol(parse_uri(f"ws://{address(listener)}"))
    with socket.create_connection(listener.getsockname()) as sock:
        client.send_request(client.connect())
        sock.sendall(b"".join(client.data_to_send()))
        while not sock.recv(4096).endswith(b"\r\n\r\n"):
            pass
        sock.sendall(frames + Frame(Opcode.TEXT, b"the last").serialize(mask=True))
        while sock.recv(65_536):
            pass


def _send_requests(listener: socket.socket, requests: bytes) -> None:
    with socket.create_connection(listener.getsockname()) as sock:
        sock.sendall(requests)
        while sock.recv(65_536):
            pass
