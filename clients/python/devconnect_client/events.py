"""The events that the client delivers. Times are ISO 8601 strings, as the service sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]  # Any: JSON of the service


@dataclass(frozen=True)
class Message:
    """A message; its `seq` counts from 1 in each conversation, without gaps.

    `reply_to` is the seq of the message that it answers. `change` is the number of its latest change, 0 where there is
    none; `reactions` is {userId: emoji}. `text` is empty if it was `deleted`, or if the service lost it.
    """

    message_id: str
    seq: int
    from_user_id: str
    to_user_id: str
    text: str
    ts: str
    reply_to: int | None = None
    change: int = 0
    edited_at: str | None = None
    deleted: bool = False
    reactions: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, frame: Mapping[str, Any]) -> "Message":
        """Returns the message of a pushed frame, or of an entry of a sync or of the history."""
        return cls(
            message_id=frame["messageId"],
            seq=frame["seq"],
            from_user_id=frame["fromUserId"],
            to_user_id=frame["toUserId"],
            text=frame["message"],
            ts=frame["ts"],
            reply_to=frame.get("replyTo"),
            change=frame.get("change") or 0,
            edited_at=frame.get("editedAt"),
            deleted=bool(frame.get("deleted")),
            reactions=frame.get("reactions") or {},
        )

    def other_than(self, user_id: str) -> str:
        """Returns the other user of the conversation, given one of the two."""
        return self.to_user_id if self.from_user_id == user_id else self.from_user_id


@dataclass(frozen=True)
class Changed:
    """A message that was delivered before is in a new state: it was edited, deleted or reacted to.

    Once this is processed, the device has all changes up to `upto` of the messages that it has.
    """

    message: Message
    upto: int


@dataclass(frozen=True)
class Read:
    """`reader_id` has read a conversation up to `seq`: this user on another device, or the other user.

    `with_user_id` is the other user in both cases.
    """

    reader_id: str
    with_user_id: str
    seq: int


@dataclass(frozen=True)
class UserTyping:
    """A user is typing a message to this user."""

    user_id: str


@dataclass(frozen=True)
class Presence:
    """Whether a user is online; `last_seen_at` is None if the user was last seen long ago."""

    user_id: str
    online: bool
    last_seen_at: str | None

    @classmethod
    def of(cls, frame: Mapping[str, Any]) -> "Presence":
        """Returns the presence of a pushed frame."""
        return cls(frame["userId"], frame["online"], frame["lastSeenAt"])


@dataclass(frozen=True)
class Notification:
    """A notification; `type` is for example CONNECTION_REQUEST_NOTIFICATION."""

    notification_id: str
    type: str
    from_user_id: str
    text: str
    created_at: str


@dataclass(frozen=True)
class Connected:
    """The websocket is open; missed messages follow."""


@dataclass(frozen=True)
class Disconnected:
    """There is no websocket; the next attempt follows in `retry_in` seconds."""

    reason: str
    retry_in: float


@dataclass(frozen=True)
class ActionFailed:
    """The service refuses an action that no caller waits for, and the client gives it up.

    `action` is its name in the protocol: after `sync`, the missed messages of these users do not arrive; after
    `presence:subscribe`, these users are no longer watched; it may also be `typing`, `message:read` or another one.
    `user_ids` is empty if the service does not name any.
    """

    action: str
    user_ids: tuple[str, ...]
    reason: str


Event = Message | Changed | Read | UserTyping | Presence | Notification | Connected | Disconnected | ActionFailed
