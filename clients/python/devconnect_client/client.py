"""The client of the websocket API: it stays connected, reconnecting as needed, until its session ends.

It ends too where it is evicted, for a newer device of its user.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Mapping
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import urlsplit

from devconnect_client import frames
from devconnect_client.backoff import Backoff
from devconnect_client.device import Device
from devconnect_client.errors import ClientClosed, DevConnectError, Evicted, SessionEnded, retry_after
from devconnect_client.events import Connected, Disconnected, Event, Message
from devconnect_client.rest import Rest, Session
from devconnect_client.socket import Socket, SocketLost, open_socket
from devconnect_client.timings import Timings

DEFAULT_TIMINGS = Timings()


class Client:
    """One device of a user. An async context manager: it connects in the background, and leaves no task behind.

    Iterate over it to receive events: each message exactly once and in the order of its conversation's seqs, this
    user's own messages included, then its changes as they come, and the other events of events.py. Events are
    buffered until they are iterated over.
    Iteration ends when the client is closed, and raises SessionEnded when the session ends, and Evicted when the user
    has opened one device too many. The client recovers from every other failure, and reports it as Disconnected.
    """

    def __init__(
        self,
        base_url: str,
        session: Session,
        *,
        known: Mapping[str, int] = MappingProxyType({}),
        known_changes: Mapping[str, int] = MappingProxyType({}),
        websocket_url: str | None = None,
        timings: Timings = DEFAULT_TIMINGS,
    ) -> None:
        """`known` is the value of `upto` when this device last ran; without it, every message is delivered.
        `known_changes` is that of `changes_upto`; without it, every message that was changed is delivered again.

        `websocket_url` replaces the address that the service names, which a client behind a tunnel needs.
        Raises BadRequest if `known` or `known_changes` cannot be one of this user.
        """
        self._device = Device(session.user_id, known, timings, known_changes)
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
        """{userId: the seq up to which the conversation with that user was iterated over}: `known` of the next run.

        Store it after processing a message, and no message is lost: a message that was received but not yet iterated
        over is delivered again. It changes only through iteration.
        """
        return self._device.upto

    @property
    def changes_upto(self) -> dict[str, int]:
        """{userId: the number up to which Changed events were iterated over}: `known_changes` of the next run.

        Store it as `upto`. A change may be delivered again after a restart, never left out.
        """
        return self._device.changes_upto

    async def send(self, to_user_id: str, text: str, reply_to: int | None = None) -> Message:
        """Send a message, or an answer to the one with the seq `reply_to`; returns it once the service has stored it.

        Messages to one user keep the order in which they were sent. The call waits through every outage, and while
        too many messages are in flight; cancelling it does not take the message back. Raises BadRequest, Blocked,
        ConnectionsOnly, Unanswered, NotFound; Fault if the service fails at the message again and again, which may or
        may not be stored then; or the error that the client ended with: SessionEnded, Evicted, ClientClosed.
        """
        outcome = await self._device.outbox.put(to_user_id, text, reply_to)
        self._changed.set()
        return await outcome

    def typing(self, to_user_id: str) -> None:
        """Tell a user that this user is typing; does nothing while there is no websocket. Raises BadRequest."""
        self._device.typing(to_user_id)
        self._changed.set()

    def mark_read(self, user_id: str, seq: int) -> None:
        """Mark the conversation with a user as read up to `seq`, of a message that was already iterated over."""
        self._device.mark_read(user_id, seq)
        self._changed.set()

    def watch(self, user_ids: Iterable[str]) -> None:
        """Receive Presence events of these users: one now, and one at each change. At most 100 users.

        Raises BadRequest, and watches none of them, if there are too many or one of them is not a userId.
        """
        self._device.watchlist.add(user_ids)
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
        finally:  # the caller may be cancelled meanwhile, and other tasks still wait for their messages' outcome
            self._end(ClientClosed("The client was closed."))
            await self._rest.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        event = await self._events.get()
        if event is not None:
            self._device.delivered(event)
            return event
        self._events.put_nowait(None)  # for the next iterator
        raise self._failure or StopAsyncIteration

    async def _run(self) -> None:
        try:
            while True:
                await self._connect_once()
        except (SessionEnded, Evicted) as error:
            self._failure = error
            self._end(error)
        except Exception as error:  # a fault of this client: nobody must wait for ever because of it
            self._failure = error
            self._end(ClientClosed(f"The client failed: {error!r}"))
            raise

    def _end(self, error: SessionEnded | Evicted | ClientClosed) -> None:
        self._events.put_nowait(None)
        self._device.outbox.end(error)

    async def _connect_once(self) -> None:
        """Hold one connection for as long as it lasts, then wait until the next attempt is due.

        Raises SessionEnded, Evicted.
        """
        opened_at = float("inf")
        try:
            async with open_socket(self._address(await self._rest.websocket_url()), self._timings) as socket:
                opened_at = time.monotonic()
                self._events.put_nowait(Connected())
                self._device.reconnected()
                await _until_one_ends(
                    self._receive(socket),
                    self._send_due(socket),
                    self._send_heartbeats(socket),
                    self._poll_conversation_list(),
                )
        except (SessionEnded, Evicted):
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
        """Send what is due. Raises SocketLost if the connection is dead."""
        while True:
            self._changed.clear()
            if self._device.is_lost():  # a heartbeat would notice it too, but minutes later
                raise SocketLost("a message was not answered")
            for frame in self._device.due():
                await socket.send(frame)
            try:
                async with asyncio.timeout(self._device.due_in()):
                    await self._changed.wait()
            except TimeoutError:
                continue  # a frame is due

    async def _send_heartbeats(self, socket: Socket) -> None:
        """Send heartbeats. Raises SocketLost if one that asks for an answer gets none."""
        heartbeat = self._device.heartbeat
        while True:
            heartbeat.answered.clear()
            asks = heartbeat.asks()
            await socket.send(frames.register(answer=asks))
            is_answered = await _is_set_within(heartbeat.answered, self._timings.answer if asks else heartbeat.pause())
            if asks and not is_answered:
                raise SocketLost("a heartbeat was not answered")
            if is_answered:  # where it did not ask, by an error
                await asyncio.sleep(heartbeat.pause())

    async def _poll_conversation_list(self) -> None:
        """Find new conversations and messages whose push was lost. Raises SessionEnded."""
        backoff = Backoff(self._timings)
        while True:
            try:
                await self._fetch_conversation_list()
            except SessionEnded:
                raise
            except DevConnectError as error:
                await asyncio.sleep(retry_after(error) + backoff.delay())
            else:
                backoff = Backoff(self._timings)
                await asyncio.sleep(self._timings.polling)

    async def _fetch_conversation_list(self) -> None:
        """Read the whole list the first time; later only up to a page without news, as the list is newest first."""
        before, more = None, True
        while more:
            page, more = await self._rest.conversations(before)
            news = self._device.take_list(page)
            self._changed.set()
            more = more and (news or not self._listed)
            before = page[-1].user_id if page else None
        self._listed = True


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


async def _until_one_ends(*coroutines: Coroutine[None, None, None]) -> None:
    """Run them until the first one ends, and cancel the others. Raises the error of the one that ended."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
