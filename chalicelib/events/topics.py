"""The Kafka topics, and which event goes where."""

from dataclasses import dataclass
from datetime import timedelta

GROUP = "devconnect-group"


@dataclass(frozen=True)
class Topic:
    """`max_message_bytes` is None for the broker's own limit, 1 MiB."""

    name: str
    partitions: int
    retention: timedelta
    max_message_bytes: int | None = None


EVENT_TYPES: dict[str, tuple[str, ...]] = {
    "user-events": ("USER_SIGNUP", "USER_LOGIN", "USER_LOGOUT", "USER_ONLINE", "USER_OFFLINE", "PROFILE_UPDATED"),
    "message-events": ("MESSAGE_SENT", "MESSAGE_READ"),
    "connection-events": ("CONNECTION_REQUEST", "CONNECTION_ACCEPTED", "CONNECTION_REJECTED"),
    "notification-events": (
        "CONNECTION_REQUEST_NOTIFICATION",
        "CONNECTION_ACCEPTED_NOTIFICATION",
        "MESSAGE_NOTIFICATION",
    ),
    "analytics-events": ("MESSAGE_ANALYTICS", "PROFILE_VIEW"),
}
"""The types of events that each topic carries."""

EVENT_TOPICS: tuple[str, ...] = tuple(EVENT_TYPES)
DEAD_LETTER = "dead-letter"

TOPIC_OF: dict[str, str] = {kind: topic for topic, kinds in EVENT_TYPES.items() for kind in kinds}

TOPICS: tuple[Topic, ...] = (
    *(Topic(name, partitions=3, retention=timedelta(days=7)) for name in EVENT_TOPICS),
    # A record of the greatest size that another topic takes must fit, with what is said about it.
    Topic(DEAD_LETTER, partitions=3, retention=timedelta(days=30), max_message_bytes=2 * 1024 * 1024),
)
