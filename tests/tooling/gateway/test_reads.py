"""How much of a connection is read at a time."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Coroutine

import pytest
import uvloop
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from chalice_local_websockets.http_server import HttpServer, WebsocketProtocol, address, listen
from chalice_local_websockets.reads import READ_BYTES

FRAMES = 20_000
LAST = {"type": "websocket.receive", "text": "the last"}

Run = Callable[[Coroutine[object, object, None]], None]


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.PING])
@pytest.mark.parametrize("run", [uvloop.run, asyncio.run])  # the gateway's own loop, and that of tests
def test_many_small_frames_are_read_in_small_pieces_between_which_others_are_served(
    monkeypatch: pytest.MonkeyPatch, run: Run, opcode: Opcode
) -> None:
    turns_of_others = 0
    read: list[int] = []
    reads_in_a_turn: Counter[int] = Counter()
    data_received = WebsocketProtocol.data_received

    def noted(self: WebsocketProtocol, data: bytes) -> None:
        read.append(len(data))
        reads_in_a_turn[turns_of_others] += 1
        data_received(self, data)

    monkeypatch.setattr(WebsocketProtocol, "data_received", noted)
    last_received = asyncio.Event()

    async def app(_scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        while (await receive()) != LAST:
            pass
        last_received.set()
        await receive()

    listener = listen("127.0.0.1", 0)
    frames = Frame(opcode, b"nonsense").serialize(mask=True) * FRAMES

    async def count_turns_of_others() -> None:
        nonlocal turns_of_others
        while not last_received.is_set():
            turns_of_others += 1
            await asyncio.sleep(0)

    async def serve() -> None:
        server = HttpServer(app, websockets=True)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        flooding = asyncio.create_task(asyncio.to_thread(_send, listener, frames))
        async with asyncio.timeout(30):
            await count_turns_of_others()
        server.stop()
        await asyncio.gather(serving, flooding)

    run(serve())
    assert sum(read) > len(frames)
    assert max(read) <= READ_BYTES
    assert max(reads_in_a_turn.values()) == 1


def _send(listener: socket.socket, frames: bytes) -> None:
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
