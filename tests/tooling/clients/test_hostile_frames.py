"""No frame ends a client, or its socket, but those of which the protocol says so."""

import asyncio
import json
from contextlib import suppress

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from devconnect_client import Evicted, Message, Presence, SessionEnded, Timings
from devconnect_client.device import Device
from devconnect_client.errors import Flooding
from devconnect_client.incoming import read_frame
from tests.support.client_kinds import Clients
from tests.tooling.clients.hostile_frames import EVENTS, HARD, goes_on, hostile_frames
from tests.tooling.clients.stage import ADA, BOB, Stage, staged

FRAMES = 30
"""How many frames a client gets in one example, less those of which it has to end."""


def test_each_event_of_the_document_is_among_the_frames() -> None:
    assert {"ack", "error", "private-message", "sync"} <= {frame["event"] for frame in EVENTS}
    assert all(read_frame(json.dumps(frame)) == frame for frame in EVENTS), "each is right before it is made wrong"


@given(st.lists(hostile_frames, max_size=10))
@example(HARD)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_device_of_the_python_client_takes_any_text(texts: list[str]) -> None:
    device = Device(ADA, {BOB: 0}, Timings(gap=0.0, answer=0.0, first_delay=0.0))
    for text in texts:
        with suppress(SessionEnded, Evicted, Flooding):
            device.take(read_frame(text))
        for frame in device.due():
            frame.encode()  # what it sends because of it can be sent
        device.due_in()


@given(texts=st.lists(hostile_frames, min_size=FRAMES, max_size=FRAMES))
@example(texts=HARD)
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    # the kind of client is the same in each example
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.large_base_example, HealthCheck.too_slow],
)
def test_a_client_stays_on_its_socket_and_sends_whatever_it_was_sent(clients: Clients, texts: list[str]) -> None:
    async def scenario() -> None:
        async with staged(clients) as stage:
            await stage.open_socket()
            for text in filter(goes_on, texts):
                await stage.push(text)
            await stage.push(json.dumps({"event": "presence", "userId": BOB, "online": True, "lastSeenAt": "last"}))
            while await stage.next(Presence) != Presence(BOB, online=True, last_seen_at="last"):
                continue
            assert (await _sent(stage)).seq == 7

    asyncio.run(scenario())


async def _sent(stage: Stage) -> Message:
    """Sends a message, and acknowledges it on the socket that the hostile frames came on."""
    sending = asyncio.create_task(stage.client.send(BOB, "Hello"))
    while (frame := await stage.service.frames.get())["action"] != "private-message":
        continue  # what it asks for because of a frame
    ack = {"clientMessageId": frame["clientMessageId"], "messageId": "m", "seq": 7, "ts": "2026-01-31T12:00:00.000Z"}
    await stage.push(json.dumps({"event": "ack", **ack}))
    return await sending
