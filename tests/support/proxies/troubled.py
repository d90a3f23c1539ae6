"""A TCP proxy whose connections fail when the test says so. It runs in the test's own event loop."""

import asyncio
import fcntl
import socket
import sys
import termios
from types import TracebackType
from typing import Self


class _Passage:
    """One connection through the proxy, both ways."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter, *, silent: bool) -> None:
        self.silent = silent
        self.halved = False
        self._ends = (client, server)

    def cut(self) -> None:
        for end in self._ends:
            end.transport.abort()

    def backlog(self) -> int:
        """How many bytes from the client wait in the kernel, unread."""
        waiting = bytearray(4)
        fcntl.ioctl(self._ends[0].get_extra_info("socket"), termios.FIONREAD, waiting)
        return int.from_bytes(waiting, sys.byteorder)


class TroubledProxy:
    """A port that leads to `host:port`: an async context manager, at whose end every connection is cut.

    A silent connection stays silent: TCP never loses a part of a stream, so a connection that has lost something
    cannot come back.
    """

    def __init__(self, host: str, port: int, *, receive_buffer: int | None = None) -> None:
        """`receive_buffer` is how many bytes from a client wait while nobody reads them; by default, many."""
        self._target = (host, port)
        self._receive_buffer = receive_buffer
        self._passages: set[_Passage] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._delay = 0.0
        self._silent = False
        self._refusing = False
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def __aenter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        if self._receive_buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        self._server = await asyncio.start_server(self._accepted, sock=listener)
        self.port: int = listener.getsockname()[1]
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.close()
        for _ in range(2):
            await asyncio.sleep(0)  # what was accepted before gets its task
        self.heal()
        self.cut()
        await asyncio.gather(*self._serving)

    def cut(self) -> None:
        """Reset all connections; new ones pass."""
        for passage in list(self._passages):
            passage.cut()

    def halve(self) -> None:
        """Pass half of the next chunk of each connection, in either direction, then reset it; new ones pass."""
        for passage in self._passages:
            passage.halved = True

    def fall_silent(self) -> None:
        """Drop everything and tell nobody; new connections are accepted, and are silent too."""
        self._silent = True
        for passage in self._passages:
            passage.silent = True

    def stall(self) -> None:
        """Read nothing more: what is sent fills the buffers, until nothing more can be sent."""
        self._flowing.clear()

    async def is_full(self) -> None:
        """Wait until bytes have arrived that even the kernel still holds."""
        while not any(passage.backlog() for passage in self._passages):  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.01)

    def delay(self, seconds: float) -> None:
        """Pass each chunk this many seconds later."""
        self._delay = seconds

    def refuse(self) -> None:
        """Reset all connections, and new ones at once."""
        self._refusing = True
        self.cut()

    def heal(self) -> None:
        """Let new connections pass, and let those that lost nothing go on as before."""
        self._silent = self._refusing = False
        self._delay = 0.0
        self._flowing.set()

    def _accepted(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(from_client, to_client))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._refusing:
            to_client.transport.abort()
            return
        try:
            from_server, to_server = await asyncio.open_connection(*self._target)
        except OSError:  # the server is down
            to_client.transport.abort()
            return
        passage = _Passage(to_client, to_server, silent=self._silent)
        self._passages.add(passage)
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pass_on(passage, from_client, to_server))
                ways.create_task(self._pass_on(passage, from_server, to_client))
        except* OSError:  # one side is gone, and so the other one goes
            pass
        finally:
            passage.cut()
            self._passages.discard(passage)

    async def _pass_on(self, passage: _Passage, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._flowing.wait()
            if self._delay:
                await asyncio.sleep(self._delay)
            if passage.silent:
                continue
            if passage.halved:
                target.write(data[: len(data) // 2])
                await target.drain()
                raise ConnectionResetError
            target.write(data)
            await target.drain()
        if not passage.silent:
            raise ConnectionResetError
