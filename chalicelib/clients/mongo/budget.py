"""How long the MongoDB operations of one request may take together, so that its 503 comes within 3 s.

Their own time alone is counted: an import, a password's hash or a push must not make a message that is stored a 503.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pymongo

from chalicelib.errors import Unavailable

REQUEST_SECONDS = 2.5

_seconds_left: ContextVar[float | None] = ContextVar("mongodb_seconds_left", default=None)
"""None outside of a request, where each operation has the client's own bound."""


@contextmanager
def budget() -> Iterator[None]:
    """Bound what is `spent` inside to REQUEST_SECONDS."""
    token = _seconds_left.set(REQUEST_SECONDS)
    try:
        yield
    finally:
        _seconds_left.reset(token)


@contextmanager
def spent() -> Iterator[None]:
    """Operations of the budget. Raises Unavailable where nothing is left; pymongo raises where it runs out."""
    left = _seconds_left.get()
    if left is None:
        yield
        return
    if left <= 0:
        raise Unavailable
    began = time.monotonic()
    try:
        with pymongo.timeout(left):
            yield
    finally:
        _seconds_left.set(left - (time.monotonic() - began))
