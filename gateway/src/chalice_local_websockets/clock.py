"""The clock by which connections grow old: the machine's, or one that a test moves."""

import asyncio
import time
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """The wall clock."""

    def now_ms(self) -> int:
        """Returns the milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    async def wait(self, futures: Iterable[asyncio.Future[T]], seconds: float) -> None:
        """Wait until one of the futures is done, or for so many seconds of this clock at most."""
        await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


class MovedClock(Clock):
    """The wall clock, which may be moved forward: whoever waits by it wakes up and looks at it again."""

    def __init__(self) -> None:
        self._ahead_ms = 0
        self._moved = asyncio.Event()

    def now_ms(self) -> int:
        return super().now_ms() + self._ahead_ms

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._ahead_ms += int(seconds * 1000)
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait(self, futures: Iterable[asyncio.Future[T]], seconds: float) -> None:
        waiting = asyncio.ensure_future(super().wait(futures, seconds))
        moved = asyncio.ensure_future(self._moved.wait())
        try:
            await asyncio.wait((waiting, moved), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            moved.cancel()
