"""Futures and tasks that nobody has waited for."""

import asyncio
import gc
from collections.abc import Iterator
from concurrent.futures import Future
from typing import cast


def unfinished_futures() -> Iterator[str]:
    """Yields a sentence for each future of an executor, and each task of asyncio, that is not done.

    They are found among all objects of the process, as nothing else knows of all of them.
    """
    objects = gc.get_objects()
    # Some objects claim the class of another one, so the real type is asked.
    functions = {
        id(item.future): item.fn
        for item in objects
        if type(item).__module__ == "concurrent.futures.thread" and type(item).__name__ == "_WorkItem"
    }
    for thing in objects:
        kind = type(thing)
        if issubclass(kind, Future):
            future = cast("Future[object]", thing)
            if not future.done():
                called = functions.get(id(future))
                yield f"the future of {_name(called) if called else 'an unknown call'} was not finished"
        elif issubclass(kind, asyncio.Task):
            task = cast("asyncio.Task[object]", thing)
            if not task.done():
                yield f"the task {task.get_name()!r} of {_name(task.get_coro())} was not finished"


def _name(called: object) -> str:
    return str(getattr(called, "__qualname__", None) or repr(called))
