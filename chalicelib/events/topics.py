"""The Kafka topics, and which event goes where."""

from dataclasses import dataclass
from datetime import timedelta

GROUP = "devconnect-group"


@dataclass(frozen=True)
class Topic:
    name: str
    partitions: int
    retention: timedelta


EVENT_TYPES: dict[str, tuple[str, ...]] = {
    "user-events": (
        "USER_SIGNUP",
        "USER_LOGIN",
        "USER_LOGOUT",
        "USER_ONLINE",
        "USER_OFFLINE",
        "PROFILE_UPDATED",
    ),
    "message-events": ("MESSAGE_SENT",),
    "connection-events": (),
    "notification-events": (),
    "analytics-events": (),
}
"""The types of events that each topic carries."""

EVENT_TOPICS: tuple[str, ...] = tuple(EVENT_TYPES)
DEAD_LETTER = "dead-letter"

TOPIC_OF: dict[str, str] = {kind: topic for topic, kinds in EVENT_TYPES.items() for kind in kinds}

TOPICS: tuple[Topic, ...] = (
    *(Topic(name, partitions=3, retention=timedelta(days=7)) for name in EVENT_TOPICS),
    Topic(DEAD_LETTER, partitions=3, retention=timedelta(days=30)),
)
