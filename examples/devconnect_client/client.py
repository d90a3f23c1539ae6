"""The client of the websocket API: connected whenever that is possible, until its session ends."""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Mapping
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import urlsplit

from examples.devconnect_client import frames
from examples.devconnect_client.backoff import Backoff
from examples.devconnect_client.device import Device
from examples.devconnect_client.errors import ClientClosed, DevConnectError, SessionEnded, retry_after
from examples.devconnect_client.events import Connected, Disconnected, Event, Message
from examples.devconnect_client.rest import Rest, Session
from examples.devconnect_client.socket import Socket, SocketLost, open_socket
from examples.devconnect_client.timings import Timings

DEFAULT_TIMINGS = Timings()


class Client:
    """One device of a user. An async context manager: it connects in the background, and leaves no task behind.

    Iterate over it for what happens: the messages of each conversation in the order of their seqs, each once and one's
    own too, and whatever else events.py names; what is not iterated over is kept. Iterating ends when the client is
    closed, and raises SessionEnded when the session ends. Every other trouble is recovered from, and told as
    Disconnected.
    """

    def __init__(
        self,
        base_url: str,
        session: Session,
        *,
        known: Mapping[str, int] = MappingProxyType({}),
        websocket_url: str | None = None,
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """`known` is what `upto` was when this device last ran; whoever has nothing is told every message.

        `websocket_url` stands for the address that the service names, as who comes through a tunnel needs.
        Raises BadRequest where `known` cannot be an `upto` of this user.
        """
        self._device = Device(session.user_id, known, timings)
        self._rest = Rest(base_url, session)
        self._websocket_url = websocket_url
        self._timings = timings
        self._backoff = Backoff(timings)
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._failure: Exception | None = None
        self._changed = asyncio.Event()
        self._listed = False

    @property
    def upto(self) -> dict[str, int]:
        """{userId: the seq up to which the conversation with them was iterated over}, to be `known` in the next run.

        Keep it once a message is dealt with, and nothing is missing then: what had only come over the network is told
        again. Without anybody who iterates, it does not change.
        """
        return self._device.upto

    async def send(self, to_user_id: str, text: str) -> Message:
        """Send a message; returns it in its place, once the service has it.

        Messages to one user keep the order in which they were sent. Waits through every trouble, and where too many
        are under way; cancelling it takes nothing back. Raises BadRequest, Blocked, NotFound; Fault, where the service
        fails at it again and again, and it may or may not be stored; or what the client ended with: SessionEnded,
        ClientClosed.
        """
        outcome = await self._device.outbox.put(to_user_id, text)
        self._changed.set()
        return await outcome

    def typing(self, to_user_id: str) -> None:
        """Tell a user that one is typing; forgotten where there is no websocket now. Raises BadRequest."""
        self._device.typing(to_user_id)
        self._changed.set()

    def mark_read(self, user_id: str, seq: int) -> None:
        """The conversation with a user is read up to `seq`, one of a message that was iterated over."""
        self._device.mark_read(user_id, seq)
        self._changed.set()

    def watch(self, user_ids: Iterable[str]) -> None:
        """Have Presence told of users: now, and at each change. At most 100.

        Raises BadRequest, and watches none of them, where they are too many, or one is no userId.
        """
        self._device.watching.add(user_ids)
        self._changed.set()

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._running.cancel()
        try:
            await asyncio.gather(self._running, return_exceptions=True)
        finally:  # who closes may be cancelled meanwhile, and others still wait for what they send
            self._end(ClientClosed("The client was closed."))
            await self._rest.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        event = await self._events.get()
        if event is not None:
            self._device.told(event)
            return event
        self._events.put_nowait(None)  # for who iterates next
        raise self._failure or StopAsyncIteration

    async def _run(self) -> None:
        try:
            while True:
                await self._connect_once()
        except SessionEnded as error:
            self._failure = error
            self._end(error)
        except Exception as error:  # a fault of this client: nobody must wait for ever because of it
            self._failure = error
            self._end(ClientClosed(f"The client failed: {error!r}"))
            raise

    def _end(self, error: SessionEnded | ClientClosed) -> None:
        self._events.put_nowait(None)
        self._device.outbox.end(error)

    async def _connect_once(self) -> None:
        """Be connected for as long as it goes, and wait until it is to be tried again. Raises SessionEnded."""
        opened_at = float("inf")
        try:
            async with open_socket(self._address(await self._rest.websocket_url()), self._timings) as socket:
                opened_at = time.monotonic()
                self._events.put_nowait(Connected())
                self._device.reconnected()
                await _until_one_ends(
                    self._receive(socket), self._send_due(socket), self._beat(socket), self._look_at_list()
                )
        except SessionEnded:
            raise
        except (SocketLost, DevConnectError) as error:
            wait = retry_after(error) + self._backoff.delay(lasted=time.monotonic() - opened_at)
            self._events.put_nowait(Disconnected(str(error), wait))
            await asyncio.sleep(wait)

    def _address(self, url: str) -> str:
        return url if self._websocket_url is None else f"{self._websocket_url}?{urlsplit(url).query}"

    async def _receive(self, socket: Socket) -> None:
        while True:
            for event in self._device.take(await socket.receive()):
                self._events.put_nowait(event)
            self._changed.set()

    async def _send_due(self, socket: Socket) -> None:
        while True:
            self._changed.clear()
            for frame in self._device.due():
                await socket.send(frame)
            try:
                async with asyncio.timeout(self._device.due_in()):
                    await self._changed.wait()
            except TimeoutError:
                continue  # something is due

    async def _beat(self, socket: Socket) -> None:
        """Raises SocketLost where a heartbeat is not answered."""
        while True:
            self._device.heartbeat.answered.clear()
            await socket.send(frames.register())
            try:
                async with asyncio.timeout(self._timings.answer):
                    await self._device.heartbeat.answered.wait()
            except TimeoutError:
                raise SocketLost("a heartbeat was not answered") from None
            await asyncio.sleep(self._device.heartbeat.pause())

    async def _look_at_list(self) -> None:
        """What no push told of: conversations that are new, and messages whose push was lost. Raises SessionEnded."""
        backoff = Backoff(self._timings)
        while True:
            try:
                await self._read_list()
            except SessionEnded:
                raise
            except DevConnectError as error:
                await asyncio.sleep(retry_after(error) + backoff.delay())
            else:
                backoff = Backoff(self._timings)
                await asyncio.sleep(self._timings.heartbeat)

    async def _read_list(self) -> None:
        """All of it for the first time; later, as what changed last comes first, up to a page without news."""
        before, more = None, True
        while more:
            page, more = await self._rest.conversations(before)
            news = self._device.take_list(page)
            self._changed.set()
            more = more and (news or not self._listed)
            before = page[-1].user_id if page else None
        self._listed = True


async def _until_one_ends(*work: Coroutine[None, None, None]) -> None:
    """Raises what the first of them ended with; the others are cancelled."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
