"""What clients receive over a websocket: frames, told apart by their `event`."""

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.models import told
from chalicelib.models.answers import MessageAnswer


class Pushed(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """A frame that the server sends; `event` names its kind."""


class AckEvent(Pushed, frozen=True, tag="ack"):
    clientMessageId: told.ClientMessageId
    messageId: told.MessageId
    seq: told.Seq
    ts: told.Time


class PrivateMessageEvent(Pushed, frozen=True, tag="private-message"):
    messageId: told.MessageId
    conversationId: told.ConversationId
    seq: told.Seq
    fromUserId: told.UserId
    toUserId: told.UserId
    message: told.Text
    ts: told.Time

    @classmethod
    def of(cls, message: MessageAnswer) -> "PrivateMessageEvent":
        return cls(**msgspec.structs.asdict(message))


class SyncEvent(Pushed, frozen=True, tag="sync"):
    """Missed messages of the conversation with `userId`, ascending; not `complete`: there are more to ask for."""

    userId: told.UserId
    messages: list[MessageAnswer]
    complete: bool


class MessageReadEvent(Pushed, frozen=True, tag="message:read"):
    """`userId` has read the conversation up to `seq`."""

    conversationId: told.ConversationId
    userId: told.UserId
    seq: told.Seq


class TypingEvent(Pushed, frozen=True, tag="typing"):
    userId: told.UserId


class RegisteredEvent(Pushed, frozen=True, tag="registered"):
    userId: told.UserId
    expiresIn: told.Seconds


class PresenceStateEvent(Pushed, frozen=True, tag="presence:state"):
    userId: told.UserId
    online: bool
    lastSeenAt: told.Time | None


class PresenceEvent(Pushed, frozen=True, tag="presence"):
    """The state of a user who is watched, at a change."""

    userId: told.UserId
    online: bool
    lastSeenAt: told.Time | None


class NotificationEvent(Pushed, frozen=True, tag="notification"):
    notificationId: told.NotificationId
    type: told.NotificationType
    fromUserId: told.UserId
    text: str
    createdAt: told.Time


class SessionEndedEvent(Pushed, frozen=True, tag="session:ended"):
    pass


class ErrorEvent(Pushed, frozen=True, tag="error"):
    """The `error` frame: the body of a REST error, and the frame's action and clientMessageId where it had them.

    What does not apply is left out, never null.
    """

    error: str
    code: str
    fields: dict[str, str] | UnsetType = UNSET
    retryAfter: told.Seconds | UnsetType = UNSET
    action: str | UnsetType = UNSET
    clientMessageId: told.ClientMessageId | UnsetType = UNSET
