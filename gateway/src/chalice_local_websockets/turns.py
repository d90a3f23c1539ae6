"""Turns: who waits for a worker is served in turn, so that one who wants many does not keep others waiting.

Lambda runs a thousand invocations at once, so that the frames of one connection hardly delay those of another. Here
there are few workers on few processors, and a single queue would put every other client behind the longest backlog.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum

BUSY = 20
"""A lane is busy that has had this many turns within the last second or two."""

BACKLOG = 3
"""So is one that has this many at the same moment, with a turn or waiting, though it has just begun."""


class Kind(Enum):
    """What a turn counts as: one of a busy lane, of a lane that has just begun, or of any other."""

    BUSY = 0
    NEW = 1
    KNOWN = 2


@dataclass(frozen=True)
class _Waiting:
    turn: asyncio.Future[Kind]
    is_new: bool


class Turns:
    """Admits at most `maximum` at a time, and of busy lanes at most `busy`, so that others find room at once.

    While such others come and go, busy lanes have only `busy_beside_others`: the servers that all functions call do not
    know for whom they work, and a queue at one of them keeps everybody waiting.

    Lanes that have just begun have at most `new`: a crowd that arrives does not hold up whoever has been there before.

    Those that wait in one lane keep their order; the lanes take turns. `now` returns seconds.
    """

    def __init__(
        self, maximum: int, *, new: int, busy: int, busy_beside_others: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._free = {Kind.BUSY: busy, Kind.NEW: new, Kind.KNOWN: maximum}
        """How many turns there are for each kind; those of all kinds count as KNOWN too."""
        self._busy_kept_free = busy - busy_beside_others
        self._now = now
        self._lanes: dict[Hashable, deque[_Waiting]] = {}
        """The lanes with somebody waiting, the one whose turn is next first."""
        self._open: Counter[Hashable] = Counter()
        """How many of each lane wait or have a turn."""
        self._second = int(now())
        self._turns_of: tuple[Counter[Hashable], Counter[Hashable]] = Counter(), Counter()
        """How many turns each lane has had in the last second and in this one."""

    @asynccontextmanager
    async def turn(self, lane: Hashable, *, is_new: bool = False) -> AsyncIterator[Kind]:
        """Wait for a turn, and hold it for the block, which is told what it counts as."""
        self._open[lane] += 1
        try:
            kind = await self._wait(lane, is_new)
            try:
                yield kind
            finally:
                self._give_back(kind)
        finally:
            self._open[lane] -= 1
            if not self._open[lane]:
                del self._open[lane]

    async def _wait(self, lane: Hashable, is_new: bool) -> Kind:
        turn: asyncio.Future[Kind] = asyncio.get_running_loop().create_future()
        self._lanes.setdefault(lane, deque()).append(_Waiting(turn, is_new))
        self._pass_on()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given at the same moment
                self._give_back(turn.result())
            raise

    def _give_back(self, kind: Kind) -> None:
        self._count(kind, 1)
        self._pass_on()

    def _count(self, kind: Kind, number: int) -> None:
        for counted in {kind, Kind.KNOWN}:
            self._free[counted] += number

    def _pass_on(self) -> None:
        """Give turns to the lanes that wait, as long as there is room."""
        while self._free[Kind.KNOWN]:
            admitted = self._next()
            if admitted is None:
                return
            lane, kind = admitted
            waiting = self._lanes.pop(lane)
            turn = waiting.popleft().turn
            if waiting:
                self._lanes[lane] = waiting  # behind all others
            if not turn.done():  # else who waited has given up
                self._count(kind, -1)
                self._turns_of[1][lane] += 1
                turn.set_result(kind)

    def _next(self) -> tuple[Hashable, Kind] | None:
        """The first lane for whose kind there is room, and that kind."""
        for lane in self._lanes:
            kind = self._kind_of(lane)
            free = self._free[kind]
            # Who else is there is asked last: it may take a look at all lanes.
            if free and (kind is not Kind.BUSY or free > self._busy_kept_free or not self._others_than(lane)):
                return lane, kind
        return None

    def _others_than(self, lane: Hashable) -> bool:
        """Whether another lane that is not busy has had a turn within the last second or two."""
        last, this = self._turns_of
        return any(other != lane and not self._is_busy(other) for turns in (this, last) for other in turns)

    def _kind_of(self, lane: Hashable) -> Kind:
        """What the next turn of a lane in which somebody waits counts as."""
        if self._is_busy(lane):
            return Kind.BUSY
        return Kind.NEW if self._lanes[lane][0].is_new else Kind.KNOWN

    def _is_busy(self, lane: Hashable) -> bool:
        second = int(self._now())
        if second != self._second:
            self._turns_of = self._turns_of[1] if second == self._second + 1 else Counter(), Counter()
            self._second = second
        last, this = self._turns_of
        return self._open[lane] >= BACKLOG or last[lane] + this[lane] >= BUSY
