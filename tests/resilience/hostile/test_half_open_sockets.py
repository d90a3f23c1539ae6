"""Sockets that stop in the middle of something: of the handshake, of a frame, or without a word."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from infra.local.running import RunningSystem
from tests.e2e.clients import Person, sign_up
from tests.resilience.hostile.crowd import upgrade
from tests.resilience.hostile.memory import check_bounded, resident
from tests.resilience.hostile.other_pair import talk_beside

HALF_A_FRAME = b"\x81\xfe\x40\x00\x01\x02\x03\x04" + b"x" * 100
"""A text frame that announces 16 KiB and has a tenth of one: FIN and text, masked, its length, mask (RFC 6455, 5.2)."""


@contextmanager
def stopping(person: Person, how: str) -> Iterator[None]:
    parts = urlsplit(person.websocket_url)
    request = upgrade(person)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as raw:
        if how == "half an upgrade":
            raw.sendall(request[: len(request) // 2])
        if how in {"half a frame", "no word"}:
            raw.sendall(request)
            assert raw.recv(4096).startswith(b"HTTP/1.1 101")
        if how == "half a frame":
            raw.sendall(HALF_A_FRAME)
        yield


@pytest.mark.parametrize("size", [50, pytest.param(1_000, marks=pytest.mark.faults)])
@pytest.mark.parametrize("how", ["nothing", "half an upgrade", "half a frame", "no word"])
def test_sockets_that_stop_halfway_keep_nobody_waiting(open_system: RunningSystem, how: str, size: int) -> None:
    ada, bob, hostile = (sign_up(open_system) for _ in range(3))

    def attack() -> None:
        with ExitStack() as stack:
            for _ in range(size):
                stack.enter_context(stopping(hostile, how))

    talk_beside(attack, ada, bob, f"{size} sockets that send {how}")
    first = resident(open_system)
    attack()
    check_bounded(first, resident(open_system))
    for person in (ada, bob, hostile):
        person.http.close()
