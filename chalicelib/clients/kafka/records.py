"""A record for Kafka. It is no part of kafka-python, which is imported with the first record: see Producer."""

from collections.abc import Sequence
from typing import NamedTuple


class OutgoingRecord(NamedTuple):
    """A record for a topic. The key determines its partition; the headers are pairs of a name and bytes."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()
