"""The frames that clients receive over a websocket. Their `event` says which kind they are."""

from typing import Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.models import response_fields
from chalicelib.models.responses import AckResponse, MessageResponse, RefusedResponse


class Pushed(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """A frame that the server sends; `event` names its kind."""


class AckEvent(Pushed, frozen=True, tag="ack"):
    clientMessageId: response_fields.ClientMessageId
    messageId: response_fields.MessageId
    seq: response_fields.Seq
    ts: response_fields.Time
    requestId: response_fields.RequestId | UnsetType = UNSET


class PrivateMessageEvent(Pushed, MessageResponse, frozen=True, tag="private-message"):
    @classmethod
    def of(cls, message: MessageResponse) -> "PrivateMessageEvent":
        return cls(**msgspec.structs.asdict(message))


class AcksEvent(Pushed, frozen=True, tag="acks"):
    """What became of the messages of one `private-messages` frame: each is in one of the two lists, in its order."""

    acks: list[AckResponse]
    errors: list[RefusedResponse]
    requestId: response_fields.RequestId | UnsetType = UNSET


class PrivateMessagesEvent(Pushed, frozen=True, tag="private-messages"):
    """Messages of one sender to one receiver, ascending by seq."""

    messages: list[MessageResponse]


class SyncEvent(Pushed, frozen=True, tag="sync"):
    """Missed messages of the conversation with `userId`, ascending. Without `complete`, there are more to ask for.

    The other fields answer an `afterChange`. `changed` are messages up to `afterSeq` that have changed since, ascending
    by their `change`. With them the device has all changes up to `lastChange`, which it asks after next time.
    `readSeq` is how far each user has read.
    """

    userId: response_fields.UserId
    messages: list[MessageResponse]
    complete: bool
    changed: list[MessageResponse] | UnsetType = UNSET
    lastChange: int | UnsetType = UNSET
    readSeq: response_fields.ReadSeqs | UnsetType = UNSET
    requestId: response_fields.RequestId | UnsetType = UNSET


class MessageChangedEvent(Pushed, MessageResponse, frozen=True, tag="message:changed"):
    """A message in its new state. Where its `change` is not the next one, the device has missed others, and syncs."""

    requestId: response_fields.RequestId | UnsetType = UNSET


class MessageReadEvent(Pushed, frozen=True, tag="message:read"):
    """`userId` has read the conversation up to `seq`."""

    conversationId: response_fields.ConversationId
    userId: response_fields.UserId
    seq: response_fields.Seq


class ConversationChangedEvent(Pushed, frozen=True, tag="conversation:changed"):
    """What this user has made of the conversation with `userId`, on one of their devices."""

    userId: response_fields.UserId
    muted: bool
    archived: bool


class MessageRequestEvent(Pushed, frozen=True, tag="conversation:request"):
    """What this user has answered to the request of `userId`, on one of their devices: once accepted, sync it."""

    userId: response_fields.UserId
    status: Literal["accepted", "ignored"]


class TypingEvent(Pushed, frozen=True, tag="typing"):
    userId: response_fields.UserId


class RegisteredEvent(Pushed, frozen=True, tag="registered"):
    userId: response_fields.UserId
    expiresIn: response_fields.Seconds
    requestId: response_fields.RequestId | UnsetType = UNSET


class PresenceStateEvent(Pushed, frozen=True, tag="presence:state"):
    userId: response_fields.UserId
    online: bool
    lastSeenAt: response_fields.Time | None
    requestId: response_fields.RequestId | UnsetType = UNSET


class PresenceEvent(Pushed, frozen=True, tag="presence"):
    """The new state of a watched user, after a change."""

    userId: response_fields.UserId
    online: bool
    lastSeenAt: response_fields.Time | None


class NotificationEvent(Pushed, frozen=True, tag="notification"):
    notificationId: response_fields.NotificationId
    type: response_fields.NotificationType
    fromUserId: response_fields.UserId
    text: str
    createdAt: response_fields.Time


class SessionEndedEvent(Pushed, frozen=True, tag="session:ended"):
    """The session has ended, and the socket is closed: it opens nothing any more, so do not reconnect."""


class SocketEvictedEvent(Pushed, frozen=True, tag="socket:evicted"):
    """The user has opened one socket too many, and this one is closed: do not reconnect unless the user asks for it."""


class ErrorEvent(Pushed, frozen=True, tag="error"):
    """The body of a REST error, with what identifies the client's frame, if it had that.

    A field that does not apply is left out, never null.
    """

    error: str
    code: str
    fields: dict[str, str] | UnsetType = UNSET
    retryAfter: response_fields.Seconds | UnsetType = UNSET
    action: str | UnsetType = UNSET
    clientMessageId: response_fields.ClientMessageId | UnsetType = UNSET
    userId: response_fields.UserId | UnsetType = UNSET
    seq: response_fields.Seq | UnsetType = UNSET
    requestId: response_fields.RequestId | UnsetType = UNSET


Answer = TypeVar("Answer", bound=Pushed)


def answering(event: Answer, request_id: str | None) -> Answer:
    """Return the event with the requestId of the frame that it answers, where the frame has one."""
    if request_id is None or not hasattr(event, "requestId"):
        return event
    return msgspec.structs.replace(event, requestId=request_id)
