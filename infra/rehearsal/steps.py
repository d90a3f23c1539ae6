"""The steps of the rehearsal: each is announced when it begins, and its time is printed when it is done."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Steps:
    """`times` are (step, seconds) of the completed steps."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.times: list[tuple[str, float]] = []

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        self.say(f"{what} ...")
        began = time.monotonic()
        yield
        seconds = time.monotonic() - began
        self.times.append((what, seconds))
        self.say(f"    done after {seconds:.1f} s")
