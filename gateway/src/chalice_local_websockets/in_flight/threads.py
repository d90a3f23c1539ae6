"""Threads that run beside a handler."""

import sys
import sysconfig
import threading
from collections.abc import Iterator
from types import FrameType

_STANDARD_LIBRARY = (sysconfig.get_path("stdlib"), "<frozen")


def running_threads() -> Iterator[str]:
    """Yields a sentence for each other thread, except for an executor's that waits for its next work."""
    frames = sys._current_frames()
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        if thread is threading.current_thread() or frame is None or _waits_for_work(frame):
            continue
        place = _place(frame)
        name = f"{place.f_code.co_qualname}, line {place.f_lineno} of {place.f_code.co_filename}"
        yield f"the thread {thread.name!r} was running, in {name}"


def _waits_for_work(frame: FrameType) -> bool:
    """Whether this is an idle thread of concurrent.futures, which waits in C code for an item of its queue."""
    code = frame.f_code
    return code.co_name == "_worker" and code.co_filename.endswith("concurrent/futures/thread.py")


def _place(frame: FrameType) -> FrameType:
    """Returns the innermost frame that is not of the standard library; the innermost one if all are."""
    outer: FrameType | None = frame
    while outer is not None and outer.f_code.co_filename.startswith(_STANDARD_LIBRARY):
        if "site-packages" in outer.f_code.co_filename:
            break
        outer = outer.f_back
    return outer or frame
