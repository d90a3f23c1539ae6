"""How much of a connection is read at a time."""

import asyncio
import socket

import pytest
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from chalice_local_websockets.http_server import READ_BYTES, HttpServer, WebsocketProtocol, address, listen

FRAMES = 20_000


def test_many_small_frames_are_read_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    data_received = WebsocketProtocol.data_received

    def noted(self: WebsocketProtocol, data: bytes) -> None:
        read.append(len(data))
        data_received(self, data)

    monkeypatch.setattr(WebsocketProtocol, "data_received", noted)
    all_received = asyncio.Event()

    async def app(_scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        for _ in range(FRAMES):
            assert (await receive())["type"] == "websocket.receive"
        all_received.set()
        await receive()

    listener = listen("127.0.0.1", 0)
    url = f"ws://{address(listener)}"
    frames = Frame(Opcode.TEXT, b"nonsense").serialize(mask=True) * FRAMES

    def flood() -> None:
        client = ClientProtocol(parse_uri(url))
        with socket.create_connection(listener.getsockname()) as sock:
            client.send_request(client.connect())
            sock.sendall(b"".join(client.data_to_send()))
            while not sock.recv(4096).endswith(b"\r\n\r\n"):
                pass
            sock.sendall(frames)

    async def run() -> None:
        server = HttpServer(app, websockets=True)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await asyncio.to_thread(flood)
        async with asyncio.timeout(30):
            await all_received.wait()
        server.stop()
        await serving

    asyncio.run(run())
    assert max(read) <= READ_BYTES
    assert sum(read) > len(frames)
