"""What clients receive over a websocket: frames, told apart by their `event`. Times are ISO 8601 text."""

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.models.answers import MessageAnswer


class Pushed(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """A frame that the server sends; `event` names its kind."""


class AckEvent(Pushed, frozen=True, tag="ack"):
    clientMessageId: str
    messageId: str
    seq: int
    ts: str


class PrivateMessageEvent(Pushed, frozen=True, tag="private-message"):
    messageId: str
    conversationId: str
    seq: int
    fromUserId: str
    toUserId: str
    message: str
    ts: str

    @classmethod
    def of(cls, message: MessageAnswer) -> "PrivateMessageEvent":
        return cls(**msgspec.structs.asdict(message))


class SyncEvent(Pushed, frozen=True, tag="sync"):
    """Missed messages of the conversation with `userId`, ascending; not `complete`: there are more to ask for."""

    userId: str
    messages: list[MessageAnswer]
    complete: bool


class MessageReadEvent(Pushed, frozen=True, tag="message:read"):
    """`userId` has read the conversation up to `seq`."""

    conversationId: str
    userId: str
    seq: int


class TypingEvent(Pushed, frozen=True, tag="typing"):
    userId: str


class RegisteredEvent(Pushed, frozen=True, tag="registered"):
    userId: str
    expiresIn: int


class PresenceStateEvent(Pushed, frozen=True, tag="presence:state"):
    userId: str
    online: bool
    lastSeenAt: str | None


class PresenceEvent(Pushed, frozen=True, tag="presence"):
    """The state of a user who is watched, at a change."""

    userId: str
    online: bool
    lastSeenAt: str | None


class NotificationEvent(Pushed, frozen=True, tag="notification"):
    notificationId: str
    type: str
    fromUserId: str
    text: str
    createdAt: str


class SessionEndedEvent(Pushed, frozen=True, tag="session:ended"):
    pass


class ErrorEvent(Pushed, frozen=True, tag="error"):
    """The `error` frame: the body of a REST error, and the frame's action and clientMessageId where it had them.

    What does not apply is left out, never null.
    """

    error: str
    code: str
    fields: dict[str, str] | UnsetType = UNSET
    retryAfter: int | UnsetType = UNSET
    action: str | UnsetType = UNSET
    clientMessageId: str | UnsetType = UNSET
