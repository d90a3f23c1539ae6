"""Reads standard input line by line, without a thread that would outlive the chat."""

import asyncio
import os
from collections.abc import AsyncIterator


async def typed_lines(descriptor: int) -> AsyncIterator[str]:
    """Yields the lines read from a file descriptor until end of file, skipping blank ones."""
    ready = asyncio.Event()
    loop = asyncio.get_running_loop()
    rest = b""
    try:
        while True:
            loop.add_reader(descriptor, ready.set)
            await ready.wait()
            loop.remove_reader(descriptor)  # otherwise the loop would spin until the line is consumed
            ready.clear()
            chunk = os.read(descriptor, 65536)
            *lines, rest = (rest + chunk).split(b"\n")
            if not chunk:
                lines = [rest]
            for line in lines:
                if text := line.decode(errors="replace").strip():
                    yield text
            if not chunk:
                return
    finally:
        loop.remove_reader(descriptor)
