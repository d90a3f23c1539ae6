"""Records as a Kafka consumer gets them, for tests without Kafka."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class KafkaRecord:
    """A record of the first partition of user-events."""

    offset: int
    value: bytes | None
    topic: str = "user-events"
    partition: int = 0
    key: bytes | None = b"user"
    headers: Sequence[tuple[str, bytes]] = ()
