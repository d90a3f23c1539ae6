"""The time that the MongoDB operations of one request may take together, so that a 503 comes within 3 s.

The time for which Redis is waited for is taken from it too, as both may hang at once. Nothing else counts: an import,
the hashing of a password or a push must not turn the request for a message that is stored into a 503.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pymongo

from chalicelib.errors import Unavailable

REQUEST_SECONDS = 2.5

_seconds_left: ContextVar[float | None] = ContextVar("mongodb_seconds_left", default=None)
"""None outside of a request, where each operation has the client's own time-out."""


@contextmanager
def budget() -> Iterator[None]:
    """Limit the operations in this block that are `charged` to REQUEST_SECONDS together."""
    token = _seconds_left.set(REQUEST_SECONDS)
    try:
        yield
    finally:
        _seconds_left.reset(token)


@contextmanager
def charged() -> Iterator[None]:
    """Charge the operations in this block to the budget.

    Raises Unavailable where nothing of it is left. Where it runs out during an operation, pymongo raises.
    """
    left = _seconds_left.get()
    if left is None:
        yield
        return
    if left <= 0:
        raise Unavailable
    with spending(), pymongo.timeout(left):
        yield


@contextmanager
def spending() -> Iterator[None]:
    """Take the time of this block from the budget, without limiting it: it has a limit of its own."""
    began = time.monotonic()
    try:
        yield
    finally:
        left = _seconds_left.get()
        if left is not None:
            _seconds_left.set(left - (time.monotonic() - began))
