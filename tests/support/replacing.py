"""Replaces a method of one part of a wiring, for a moment between two steps that a test cannot reach from outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def replaced(part: object, method: str, replacement: Callable[..., object]) -> Iterator[None]:
    """Within the block, `part.method` is `replacement`, for this one object.

    Parts are frozen dataclasses, which pytest's monkeypatch cannot change: this goes around their `__setattr__`.
    """
    object.__setattr__(part, method, replacement)
    try:
        yield
    finally:
        object.__delattr__(part, method)
