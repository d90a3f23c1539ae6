"""Two users with two devices each, who write to each other while the network or the service fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from devconnect_client import (
    Connected,
    Event,
    Message,
    Rest,
    Session,
    SessionEnded,
    Timings,
    Unavailable,
)
from tests.e2e.clients import Person
from tests.support.client_kinds import AnyClient, Clients

QUICK = Timings(
    heartbeat=0.4,
    polling=0.4,
    answer=0.8,
    gap=0.05,
    first_delay=0.02,
    longest_delay=0.2,
    stable=0.5,
    closing=0.2,
)
PATIENCE = 40.0
"""Seconds within which everything must have recovered."""


@dataclass
class Device:
    """A running client, and the events that it has yielded."""

    name: str
    client: AnyClient
    other_id: str
    events: list[Event] = field(default_factory=list)
    ending: Exception | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messages(self) -> list[Message]:
        return [event for event in self.events if isinstance(event, Message)]

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in self.events)

    async def collect(self) -> None:
        try:
            async for event in self.client:
                self.events.append(event)
                self.changed.set()
        except SessionEnded as error:
            self.ending = error
            self.changed.set()

    async def until(self, condition: Callable[["Device"], bool], what: str) -> None:
        """Waits for a condition. Raises AssertionError where it does not come true."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition(self):
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"{what} did not come to {self.name}: {self.events}") from None


class Party:
    """Ada's and Bob's devices, and all that they have sent; it checks that everything has arrived."""

    def __init__(self, rest: Rest, devices: list[Device]) -> None:
        self.devices = devices
        self._rest = rest
        self._sent: list[tuple[str, asyncio.Task[Message]]] = []

    def say(self, device: Device, count: int = 1) -> None:
        """Sends numbered messages from a device to the other user, without waiting for them."""
        for _ in range(count):
            text = f"{device.name}: {len(self._sent):04}"
            self._sent.append((text, asyncio.create_task(device.client.send(device.other_id, text))))

    def all_say(self, count: int = 1) -> None:
        for device in self.devices:
            self.say(device, count)

    async def have(self, kind: type[Event], more_than: int = 0) -> None:
        """Waits until every device has yielded more than `more_than` events of this kind."""
        for device in self.devices:
            await device.until(lambda waiting: waiting.count(kind) > more_than, kind.__name__)

    async def is_whole(self) -> None:
        """Waits until every device has the whole conversation.

        Asserts that every message was acknowledged, that every device has all messages in the order of the
        conversation, each of them once, and that the messages of one device are in the order in which it sent them.
        """
        async with asyncio.timeout(PATIENCE):
            acknowledged = await asyncio.gather(*(sending for _, sending in self._sent))
        assert [message.text for message in acknowledged] == [text for text, _ in self._sent]
        history = await self._history()
        assert sorted(acknowledged, key=lambda message: message.seq) == history
        assert [message.seq for message in history] == list(range(1, len(history) + 1))
        for device in self.devices:
            await device.until(lambda waiting: len(waiting.messages) >= len(history), f"all {len(history)} messages")
            assert device.messages == history
            own = [message.text for message in history if message.text.startswith(device.name)]
            assert own == sorted(own)

    async def hush(self) -> None:
        """Cancels the messages that are still being sent."""
        for _, sending in self._sent:
            sending.cancel()
        await asyncio.gather(*(sending for _, sending in self._sent), return_exceptions=True)

    async def _history(self) -> list[Message]:
        history: list[Message] = []
        more = True
        while more:
            page, more = await self._page_after(len(history))
            history += page
        return history

    async def _page_after(self, seq: int) -> tuple[list[Message], bool]:
        """A server that was killed may be back for the devices, and not for the next request of somebody else yet."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await self._rest.history(self.devices[-1].other_id, seq)
                except Unavailable:
                    await asyncio.sleep(0.1)


@asynccontextmanager
async def party(
    clients: Clients, ada: Person, bob: Person, *, rest_url: str, websocket_url: str, timings: Timings = QUICK
) -> AsyncIterator[Party]:
    """Connects the four devices, each with a session of its own, and closes them at the end."""
    async with AsyncExitStack() as stack:
        new_client = await stack.enter_async_context(clients())
        rest = await stack.enter_async_context(Rest(rest_url, Session(bob.user_id, bob.token)))
        devices: list[Device] = []
        collecting: list[asyncio.Task[None]] = []
        stack.push_async_callback(lambda: asyncio.gather(*collecting))  # collecting ends once the clients are closed
        for name, person, other in (
            ("phone", ada, bob),
            ("laptop", ada.log_in_again(), bob),
            ("tablet", bob, ada),
            ("watch", bob.log_in_again(), ada),
        ):
            session = Session(person.user_id, person.token)
            client = new_client(rest_url, session, websocket_url=websocket_url, timings=timings)
            devices.append(Device(name, await stack.enter_async_context(client), other.user_id))
            collecting.append(asyncio.create_task(devices[-1].collect()))
        group = Party(rest, devices)
        stack.push_async_callback(group.hush)
        await group.have(Connected)
        yield group
