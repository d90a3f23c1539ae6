"""Loads of the local gateway, from clients of their own process: raw sockets, as a client must cost little here."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from chalicelib.stores.message_commits import new_client_message_id
from tests.bench.samples import Round
from tests.e2e.clients import Device, Person

PATIENCE = 120.0


def one_at_a_time(sender: Device, receiver: Device, to_user_id: str, messages: int) -> Round:
    """A message from one device to another: from its frame to the push, each after the ack of the one before."""

    def send() -> float:
        name = new_client_message_id()
        began = time.perf_counter()
        sender.send("private-message", toUserId=to_user_id, message="hi", clientMessageId=name)
        receiver.expect("private-message")
        seconds = time.perf_counter() - began
        sender.expect("ack", clientMessageId=name)
        return seconds

    for _ in range(messages // 10):
        send()
    return Round(sorted(send() for _ in range(messages)), 0.0)


def burst(sender: Device, receiver: Device, to_user_id: str, messages: int, *, batch: int = 1) -> float:
    """Sends so many messages as fast as the socket takes them. Returns how many a second the receiver got.

    Each must be acknowledged. A frame that is answered by an error fails the measurement.
    """
    failures: list[str] = []

    def drain(device: Device, ours: Callable[[dict[str, object]], int]) -> None:
        seen = 0
        while seen < messages:
            frame = json.loads(device.connection.recv(timeout=PATIENCE))
            if frame["event"] == "error":
                failures.append(str(frame))
            seen += ours(frame)

    readers = [
        threading.Thread(target=drain, args=(receiver, _pushed)),
        threading.Thread(target=drain, args=(sender, _acknowledged)),
    ]
    for reader in readers:
        reader.start()
    began = time.perf_counter()
    for _ in range(messages // batch):
        entries = [{"message": "hi", "clientMessageId": new_client_message_id()} for _ in range(batch)]
        if batch == 1:
            sender.send("private-message", toUserId=to_user_id, **entries[0])
        else:
            sender.send("private-messages", toUserId=to_user_id, messages=entries)
    readers[0].join()
    seconds = time.perf_counter() - began
    readers[1].join()
    assert not failures, failures[0]
    return messages / seconds


def _pushed(frame: dict[str, object]) -> int:
    messages = frame.get("messages")
    return len(messages) if isinstance(messages, list) else int(frame["event"] == "private-message")


def _acknowledged(frame: dict[str, object]) -> int:
    acks = frame.get("acks")
    return len(acks) if isinstance(acks, list) else int(frame["event"] == "ack")


def profiles(url: str, person: Person, *, clients: int, requests: int) -> float:
    """Reads the profile over kept connections. Returns how many responses a second all clients together got."""
    parts = urlsplit(url)
    request = (
        f"GET /api/profile HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {person.token}\r\n\r\n".encode()
    )

    async def client(count: int) -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        assert writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        for _ in range(count):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
        writer.close()
        await writer.wait_closed()

    async def run() -> float:
        await client(requests // 10)
        began = time.perf_counter()
        await asyncio.gather(*(client(requests // clients) for _ in range(clients)))
        return requests / (time.perf_counter() - began)

    return asyncio.run(run())
