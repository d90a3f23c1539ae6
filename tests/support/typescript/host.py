"""A Node process that runs clients of the TypeScript package: see clients/typescript/test/host.ts."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.support.typescript.build import built, node_version

Json = dict[str, Any]  # Any: JSON of the process
_LINE = 1_000_000
"""The longest line that the process writes, in bytes."""


class Host:
    """The process, which lives as long as the block of `running_host`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._calls: dict[int, asyncio.Future[Json]] = {}
        self._takers: dict[str, Callable[[Json], None]] = {}

    def attach(self, take: Callable[[Json], None]) -> str:
        """Returns the name of a new device, whose lines are given to `take`."""
        device = str(len(self._takers))
        self._takers[device] = take
        return device

    def tell(self, device: str, do: str, **fields: object) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": do, "device": device, **fields}).encode() + b"\n")

    async def call(self, device: str, do: str, **fields: object) -> Json:
        """Tells, and waits for the answer."""
        number = len(self._calls)
        self._calls[number] = asyncio.get_running_loop().create_future()
        self.tell(device, do, call=number, **fields)
        return await self._calls[number]

    async def read(self) -> None:
        """Passes on what the process writes, until it ends."""
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            answer = json.loads(line)
            if "call" in answer:
                future = self._calls[answer["call"]]
                if not future.done():  # its caller was cancelled
                    future.set_result(answer)
            else:
                self._takers[answer["device"]](answer)


@asynccontextmanager
async def running_host() -> AsyncIterator[Host]:
    """Runs the process; at the end of the block it must end by itself."""
    options = [] if node_version() >= (22, 0) else ["--experimental-websocket", "--no-warnings"]
    process = await asyncio.create_subprocess_exec(
        "node",
        *options,
        str(built() / "test" / "host.js"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE,
    )
    host = Host(process)
    reading = asyncio.create_task(host.read())
    try:
        yield host
    finally:
        assert process.stdin
        process.stdin.close()
        async with asyncio.timeout(10):
            code = await process.wait()
            await reading
    assert code == 0, f"the process of the clients ended with {code}"
