"""What the client tells its user. Times are ISO 8601 text, as the service gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]  # Any: JSON as a client sees it


@dataclass(frozen=True)
class Message:
    """A message in its place: `seq` counts from 1 in each conversation, without gaps."""

    message_id: str
    seq: int
    from_user_id: str
    to_user_id: str
    text: str
    ts: str

    @classmethod
    def of(cls, frame: Mapping[str, Any]) -> "Message":
        """From a push, or from an entry of a sync or of the history."""
        return cls(
            message_id=frame["messageId"],
            seq=frame["seq"],
            from_user_id=frame["fromUserId"],
            to_user_id=frame["toUserId"],
            text=frame["message"],
            ts=frame["ts"],
        )

    def other_than(self, user_id: str) -> str:
        """With whom `user_id`, one of the two, has this conversation."""
        return self.to_user_id if self.from_user_id == user_id else self.from_user_id


@dataclass(frozen=True)
class Read:
    """`reader_id` has read a conversation up to `seq`: this user on another device, or the other one.

    `with_user_id` is the other one in both cases.
    """

    reader_id: str
    with_user_id: str
    seq: int


@dataclass(frozen=True)
class Typing:
    """A user is typing, to us."""

    user_id: str


@dataclass(frozen=True)
class Presence:
    """Whether a user is online; `last_seen_at` is None where it is long ago."""

    user_id: str
    online: bool
    last_seen_at: str | None


@dataclass(frozen=True)
class Notification:
    """`type` is for example CONNECTION_REQUEST_NOTIFICATION."""

    notification_id: str
    type: str
    from_user_id: str
    text: str
    created_at: str


@dataclass(frozen=True)
class Connected:
    """The websocket is open; what was missed comes next."""


@dataclass(frozen=True)
class Disconnected:
    """There is no websocket; the next attempt comes in `retry_in` seconds."""

    reason: str
    retry_in: float


@dataclass(frozen=True)
class NotDone:
    """The service refuses what nobody waits for, and it is given up.

    `action` is its name in the protocol: of `sync`, whose missed messages do not come; of `presence:subscribe`, who is
    not watched any more; of `typing`, `message:read` and others. `user_ids` are empty where the service says no more.
    """

    action: str
    user_ids: tuple[str, ...]
    reason: str


Event = Message | Read | Typing | Presence | Notification | Connected | Disconnected | NotDone
