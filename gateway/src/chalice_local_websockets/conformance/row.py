"""A row of the suite: one sentence, the page that it holds to, and what asks an endpoint."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chalice_local_websockets.conformance.endpoint import Endpoint

Check = Callable[[Endpoint], Awaitable[None]]


class SkippedError(Exception):
    """The endpoint cannot be asked; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """`check` raises AssertionError with what was seen where the endpoint differs, and SkippedError."""

    name: str
    sentence: str
    page: str
    check: Check


def expect(seen: object, expected: object, what: str) -> None:
    """Raises AssertionError with both values where they differ."""
    if seen != expected:
        raise AssertionError(f"{what} is {seen!r}, not {expected!r}")
