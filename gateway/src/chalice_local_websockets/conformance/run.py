"""Runs the rows against an endpoint, one after the other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from websockets.exceptions import WebSocketException

from chalice_local_websockets.conformance.endpoint import Endpoint
from chalice_local_websockets.conformance.row import Row, SkippedError

_ROW_SECONDS = 60


class Outcome(StrEnum):
    HOLDS = "holds"
    DIFFERS = "differs"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """`detail` says what was seen, or why the endpoint was not asked; it is empty for a row that holds."""

    row: Row
    outcome: Outcome
    detail: str = ""


async def results(endpoint: Endpoint, rows: Sequence[Row]) -> AsyncIterator[Result]:
    """Yields the result of each row as soon as it is there."""
    for row in rows:
        yield await _result(endpoint, row)


async def _result(endpoint: Endpoint, row: Row) -> Result:
    try:
        async with asyncio.timeout(_ROW_SECONDS):
            await row.check(endpoint)
    except SkippedError as skipped:
        return Result(row, Outcome.SKIPPED, str(skipped))
    except AssertionError as difference:
        return Result(row, Outcome.DIFFERS, str(difference))
    except TimeoutError:
        return Result(row, Outcome.DIFFERS, "there was no answer")
    except (WebSocketException, OSError, ValueError, KeyError) as error:  # what a client meets, or cannot read
        return Result(row, Outcome.DIFFERS, f"{type(error).__name__}: {error}")
    return Result(row, Outcome.HOLDS)
