"""Reads that take longer than those of a request."""

from contextlib import AbstractContextManager

import pymongo


def without_timeout() -> AbstractContextManager[None]:
    """Let MongoDB take as long as it needs in this block, where a client otherwise has a time-out for each operation.

    A cursor has that time for all of its batches together. 0 is no time-out; None would be the client's.
    """
    return pymongo.timeout(0)
