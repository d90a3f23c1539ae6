"""What one invocation of a function takes: processor time as `make bench` has measured it, and waits as on AWS.

The measured times are read from the table in docs/performance.md. What the table cannot say is how long a server on AWS
takes to answer, so those waits are assumptions: replace them with what the traces show.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from infra.local.state import CHECKOUT

PAGE = CHECKOUT / "docs" / "performance.md"

_HEAD = "| in this process | p50 ms | p99 ms | processor ms |"

REDIS, READ, WRITE, RECORD, PUSHES = 0.7, 1.0, 4.0, 5.0, 12.0
"""Milliseconds until Redis, MongoDB, a majority of MongoDB, all replicas of Kafka, and @connections have answered."""

RUNTIME = 1.0
"""Milliseconds of Lambda's runtime around each invocation."""

FULL_CORE_MB = 1769
"""The memory with which a function has one processor. Source: "Configure Lambda function memory"."""

_BCRYPT_12_OVER_4 = 235.0 - 1.0
"""Milliseconds that bcrypt takes at the cost of production, above the cost at which logins were measured."""


@dataclass(frozen=True)
class Operation:
    """`row` is the row of the table, `waits` are the milliseconds of waiting that follow one another."""

    row: str
    waits: float
    more_processor: float = 0.0


OPERATIONS: Mapping[str, Operation] = {
    "request": Operation("profile", REDIS),
    "login": Operation("login, bcrypt at cost 4", 3 * REDIS + READ + WRITE + RECORD, _BCRYPT_12_OVER_4),
    "message": Operation("message, frame", 2 * REDIS + WRITE + max(RECORD, PUSHES)),
    "batch": Operation("50 messages, frame", 2 * REDIS + WRITE + max(RECORD, PUSHES)),
    "heartbeat": Operation("heartbeat, frame", REDIS + WRITE + REDIS),
    "answered heartbeat": Operation("heartbeat, frame", REDIS + WRITE + REDIS + PUSHES),
    "frame": Operation("read mark, frame", REDIS + WRITE + max(RECORD, PUSHES)),
    "socket": Operation("socket, opened and closed", 4 * REDIS + 2 * READ + 3 * WRITE + 2 * RECORD),
}
"""What functions do, and how it waits: see the budgets in docs/architecture.md."""


def processor_milliseconds() -> dict[str, float]:
    """Returns {row: processor time of one call} of the table. Raises ValueError where the page has no such table."""
    table = PAGE.read_text().partition(f"{_HEAD}\n")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (.+?) \| [\d.]+ \| [\d.]+ \| ([\d.]+) \|$", table, re.MULTILINE)
    if not rows:
        raise ValueError(f"{PAGE} has no table that begins with {_HEAD}")
    return {row: float(processor) for row, processor in rows}


def billed_milliseconds(name: str, memory_mb: int) -> int:
    """Returns what Lambda bills for one invocation of a function with this memory."""
    operation = OPERATIONS[name]
    processor = processor_milliseconds()[operation.row] + operation.more_processor
    return math.ceil(RUNTIME + processor * FULL_CORE_MB / min(memory_mb, FULL_CORE_MB) + operation.waits)
