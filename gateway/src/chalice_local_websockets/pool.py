"""A pool of workers forked from one zygote, which grows to its maximum on demand."""

import asyncio
import os
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Self

from chalice_local_websockets.invocation import Invocation, Reply
from chalice_local_websockets.processes import ImportFailedError, Worker, WorkerDiedError, Zygote
from chalice_local_websockets.turns import Kind, Turns

NICENESS = 10
"""Of the workers that serve busy and new lanes. On Lambda each has a processor of its own."""

FOR_OTHERS = 2
"""So many of the turns are kept for whoever is neither busy nor new, where there are that many."""


class InvocationTimedOutError(Exception):
    """There was no reply within the integration's time-out, including the wait for a free worker."""


class Pool:
    """At most `maximum` invocations at a time, each in a worker of its own; the others take turns by lane."""

    def __init__(self, zygote: Zygote, maximum: int, time_limit: float) -> None:
        self.zygote = zygote
        self._time_limit = time_limit
        # One invocation more than processors keeps them all at work; one less leaves one to those of others.
        processors = os.cpu_count() or 1
        crowd = max(1, min(maximum - FOR_OTHERS, processors + 1))
        self._turns = Turns(maximum, new=crowd, busy=crowd, busy_beside_others=min(crowd, max(1, processors - 1)))
        self._workers: set[Worker] = set()
        self._idle: dict[int, list[Worker]] = {0: [], NICENESS: []}
        self._pending = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @classmethod
    async def start(
        cls, app_dir: Path, environment: Mapping[str, str], *, minimum: int, maximum: int, time_limit: float
    ) -> Self:
        """Returns a pool with its first `minimum` workers. An invocation may take `time_limit` seconds.

        Raises ImportFailedError if app.py cannot be imported.
        """
        pool = cls(await Zygote.start(app_dir, environment, time_limit), maximum, time_limit)
        try:
            pool._idle[0] = [await pool._fork(0) for _ in range(minimum)]
        except WorkerDiedError as error:
            await pool.close()
            raise ImportFailedError("The process died once it had imported app.py.") from error
        except BaseException:
            await pool.close()
            raise
        return pool

    async def invoke(self, invocation: Invocation, lane: Hashable, *, is_new: bool = False) -> Reply:
        """Run one invocation. `lane` says for whom: whoever waits for a worker takes turns with those of other lanes.

        Raises InvocationTimedOutError, after killing the worker, and WorkerDiedError if the process ended before it
        replied.
        """
        self._pending += 1
        self._quiet.clear()
        try:
            async with asyncio.timeout(self._time_limit), self._turns.turn(lane, is_new=is_new) as kind:
                niceness = 0 if kind is Kind.KNOWN else NICENESS
                worker = self._idle_worker(niceness) or await self._fork(niceness)
                try:
                    reply = await worker.call(invocation)
                except BaseException:
                    worker.kill()
                    self._workers.discard(worker)
                    raise
                self._idle[niceness].append(worker)
                return reply
        except TimeoutError:
            raise InvocationTimedOutError from None
        finally:
            self._pending -= 1
            if not self._pending:
                self._quiet.set()

    async def drain(self) -> None:
        """Wait until no invocation is running or waiting."""
        await self._quiet.wait()

    async def close(self) -> None:
        """Kill every process, whatever it is doing."""
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*(worker.ended.wait() for worker in self._workers))
        await self.zygote.close()

    def _idle_worker(self, niceness: int) -> Worker | None:
        """Returns the most recently used idle worker, as Lambda does; skips workers that were killed while idle."""
        while self._idle[niceness]:
            worker = self._idle[niceness].pop()
            if not worker.ended.is_set():
                return worker
            self._workers.discard(worker)
        return None

    async def _fork(self, niceness: int) -> Worker:
        worker = await self.zygote.fork(niceness)
        self._workers.add(worker)
        return worker
