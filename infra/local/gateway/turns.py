"""Turns: who waits for a worker is served in turn, so that one who wants many does not keep others waiting.

Lambda runs a thousand invocations at once, so that the frames of one connection hardly delay those of another. Here
there are few workers, and a single queue would put every other client behind the longest backlog.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Turns:
    """Admits at most `maximum` at a time. Those that wait in one lane keep their order; the lanes take turns."""

    def __init__(self, maximum: int) -> None:
        self._free = maximum
        self._lanes: dict[Hashable, deque[asyncio.Future[None]]] = {}
        """The lanes with somebody waiting, the one whose turn is next first."""

    @asynccontextmanager
    async def turn(self, lane: Hashable) -> AsyncIterator[None]:
        """Wait for a turn, and hold it for the block."""
        await self._wait(lane)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, lane: Hashable) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lanes.setdefault(lane, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given at the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._lanes:
            lane = next(iter(self._lanes))
            waiting = self._lanes.pop(lane)
            turn = waiting.popleft()
            if waiting:
                self._lanes[lane] = waiting  # behind all others
            if not turn.done():  # else who waited has given up
                turn.set_result(None)
                return
        self._free += 1
