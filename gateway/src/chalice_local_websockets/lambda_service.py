"""Lambda as the gateway's APIs see it: it runs invocations, whatever happens to processes and code."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Hashable, Mapping
from pathlib import Path
from typing import overload

from chalice_local_websockets.invocation import (
    Failed,
    Invocation,
    NoSuchRoute,
    Reply,
    RestRequest,
    RestResponse,
    WebsocketEvent,
    WebsocketResponse,
)
from chalice_local_websockets.pool import InvocationTimedOutError, Pool
from chalice_local_websockets.processes import ImportFailedError, WorkerDiedError

log = logging.getLogger(__name__)


class FunctionError(Exception):
    """The function gave no response: it raised, its process died, or the gateway is stopping. It is logged."""


class FunctionTimedOutError(FunctionError):
    """The function gave no response in time."""


class LambdaService:
    """The current pool, which is replaced when the code has changed or the zygote has died."""

    def __init__(
        self,
        app_dir: Path,
        environment: Mapping[str, str],
        *,
        workers: int,
        max_workers: int,
        time_limit: float,
    ) -> None:
        self._app_dir = app_dir
        self._environment = environment
        self._workers = workers
        self._max_workers = max_workers
        self._time_limit = time_limit
        self._pools: set[Pool] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reloading = asyncio.Lock()
        self._stopping = False
        self._pool: Pool

    async def start(self) -> None:
        """Start the first pool. Raises ImportFailedError if app.py cannot be imported."""
        async with self._reloading:
            self._pool = await self._start_pool()

    def declares(self, route_key: str) -> bool:
        """Whether the app has a function for this websocket route."""
        return route_key in self._pool.zygote.route_keys

    @overload
    async def invoke(self, invocation: RestRequest, lane: Hashable) -> RestResponse | NoSuchRoute: ...
    @overload
    async def invoke(self, invocation: WebsocketEvent, lane: Hashable, *, is_new: bool) -> WebsocketResponse: ...
    async def invoke(
        self, invocation: Invocation, lane: Hashable, *, is_new: bool = False
    ) -> RestResponse | NoSuchRoute | WebsocketResponse:
        """Run one invocation. Lanes that wait for a worker take turns.

        Raises FunctionTimedOutError if it took longer than the integration's time-out, and FunctionError if it raised,
        its process died, or the gateway is stopping.
        """
        if self._stopping:
            raise FunctionError
        try:
            reply: Reply = await self._pool.invoke(invocation, lane, is_new=is_new)
        except InvocationTimedOutError:
            log.warning("%s: no answer in %g s, the worker was killed", _name(invocation), self._time_limit)
            raise FunctionTimedOutError from None
        except WorkerDiedError:
            log.warning("%s: the worker died", _name(invocation))
            raise FunctionError from None
        if isinstance(reply, Failed):
            log.warning("%s: unhandled exception\n%s", _name(invocation), reply.traceback)
            raise FunctionError
        return reply

    async def reload(self, reason: str) -> None:
        """Switch to a new pool with the current code; invocations running in the old pool finish there.

        If the code cannot be imported, the old pool stays, and the traceback is logged.
        """
        async with self._reloading:
            started = time.monotonic()
            try:
                new = await self._start_pool()
            except ImportFailedError as error:
                log.warning(
                    "not reloaded (%s), the code of before keeps running: app.py does not import\n%s",
                    reason,
                    error,
                )
                return
            old, self._pool = self._pool, new
            self._spawn(self._retire(old))
            log.info("reloaded in %.0f ms (%s)", (time.monotonic() - started) * 1000, reason)

    async def drain(self) -> None:
        """Accept no more invocations, and wait until all earlier ones have ended."""
        self._stopping = True
        await asyncio.gather(*(pool.drain() for pool in self._pools))

    async def close(self) -> None:
        """End every process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(pool.close() for pool in self._pools))

    async def _start_pool(self) -> Pool:
        pool = await Pool.start(
            self._app_dir,
            self._environment,
            minimum=self._workers,
            maximum=self._max_workers,
            time_limit=self._time_limit,
        )
        self._pools.add(pool)
        self._spawn(self._replace_when_dead(pool))
        return pool

    async def _replace_when_dead(self, pool: Pool) -> None:
        await pool.zygote.wait()
        if pool is self._pool:
            log.warning("the zygote died, and its workers with it")
            self._spawn(self.reload("the zygote died"))

    async def _retire(self, pool: Pool) -> None:
        await pool.drain()
        await pool.close()
        self._pools.discard(pool)

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _name(invocation: Invocation) -> str:
    if isinstance(invocation, RestRequest):
        path = invocation.path.partition("?")[0]  # a query string may hold a ticket
        return f"{invocation.method} {path} (request {invocation.request_id})"
    return f"{invocation.route_key} (request {invocation.request_id})"
