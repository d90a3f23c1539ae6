"""The Kafka topics, as they are provisioned. `EVENT_TYPES` assigns the types of events to them."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.models.event_types import EVENT_TYPES

GROUP = "devconnect-group"


@dataclass(frozen=True)
class Topic:
    """A topic. `max_message_bytes` is None for the broker's own limit, 1 MiB."""

    name: str
    partitions: int
    retention: timedelta
    max_message_bytes: int | None = None


EVENT_TOPICS: tuple[str, ...] = tuple(dict.fromkeys(declared.topic for declared in EVENT_TYPES.values()))
DEAD_LETTER = "dead-letter"

TOPICS: tuple[Topic, ...] = (
    *(Topic(name, partitions=3, retention=timedelta(days=7)) for name in EVENT_TOPICS),
    # The largest record that another topic accepts must fit, together with the headers that are added to it.
    Topic(DEAD_LETTER, partitions=3, retention=timedelta(days=30), max_message_bytes=2 * 1024 * 1024),
)


def types_on(topic: str) -> tuple[str, ...]:
    """Return the types of the events on a topic."""
    return tuple(name for name, declared in EVENT_TYPES.items() if declared.topic == topic)
