"""Turns: who waits for a worker is served in turn, so that one who wants many does not keep others waiting.

Lambda runs a thousand invocations at once, so that the frames of one connection hardly delay those of another. Here
there are few workers on few processors, and a single queue would put every other client behind the longest backlog.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager

BUSY = 20
"""A lane is busy that has had this many turns within the last second or two."""

BACKLOG = 3
"""So is one that has this many at the same moment, with a turn or waiting, though it has just begun."""


class Turns:
    """Admits at most `maximum` at a time, and of busy lanes at most `maximum_busy`, so that others find room at once.

    Those that wait in one lane keep their order; the lanes take turns. `now` returns seconds.
    """

    def __init__(self, maximum: int, maximum_busy: int, now: Callable[[], float] = time.monotonic) -> None:
        self._free = maximum
        self._free_for_busy = maximum_busy
        self._now = now
        self._lanes: dict[Hashable, deque[asyncio.Future[bool]]] = {}
        """The lanes with somebody waiting, the one whose turn is next first. A turn tells whether its lane was busy."""
        self._open: Counter[Hashable] = Counter()
        """How many of each lane wait or have a turn."""
        self._second = int(now())
        self._turns_of: tuple[Counter[Hashable], Counter[Hashable]] = Counter(), Counter()
        """How many turns each lane has had in the last second and in this one."""

    @asynccontextmanager
    async def turn(self, lane: Hashable) -> AsyncIterator[bool]:
        """Wait for a turn, and hold it for the block, which is told whether the lane was busy."""
        self._open[lane] += 1
        try:
            as_busy = await self._wait(lane)
            try:
                yield as_busy
            finally:
                self._give_back(as_busy)
        finally:
            self._open[lane] -= 1
            if not self._open[lane]:
                del self._open[lane]

    async def _wait(self, lane: Hashable) -> bool:
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._lanes.setdefault(lane, deque()).append(turn)
        self._pass_on()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given at the same moment
                self._give_back(turn.result())
            raise

    def _give_back(self, as_busy: bool) -> None:
        self._free += 1
        self._free_for_busy += as_busy
        self._pass_on()

    def _pass_on(self) -> None:
        """Give turns to the lanes that wait, as long as there is room."""
        while self._free:
            lane = next((lane for lane in self._lanes if self._free_for_busy or not self._is_busy(lane)), None)
            if lane is None:
                return
            waiting = self._lanes.pop(lane)
            turn = waiting.popleft()
            if waiting:
                self._lanes[lane] = waiting  # behind all others
            if not turn.done():  # else who waited has given up
                as_busy = self._is_busy(lane)
                self._free -= 1
                self._free_for_busy -= as_busy
                self._turns_of[1][lane] += 1
                turn.set_result(as_busy)

    def _is_busy(self, lane: Hashable) -> bool:
        second = int(self._now())
        if second != self._second:
            self._turns_of = self._turns_of[1] if second == self._second + 1 else Counter(), Counter()
            self._second = second
        last, this = self._turns_of
        return self._open[lane] >= BACKLOG or last[lane] + this[lane] >= BUSY
