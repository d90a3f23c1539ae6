"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds: long, as it is over as soon as the condition holds, and a machine may be busy with other tests meanwhile."""


def eventually(condition: Callable[[], T], *, seconds: float = PATIENCE, what: str = "the condition") -> T:
    """Returns the first truthy value of `condition`. Raises AssertionError if there is none within `seconds`."""
    began = time.monotonic()
    deadline = began + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s; last seen: {value!r}"
        # A long wait is looked at less often: what is waited for needs the processor itself.
        time.sleep(min(0.01 + (time.monotonic() - began) / 20, 0.1))
