"""The frames that clients send over a websocket. Their `action` says which kind they are."""

from typing import Annotated

from msgspec import Meta

from chalicelib.models import fields
from chalicelib.models.requests import Batch, Strict


class Traced(Strict, frozen=True, kw_only=True):
    """A frame. With a `traceparent` (W3C Trace Context), one follows what it causes. An id of zeros is ignored.

    Every answer to it, an error too, has its `requestId`, if it has one.
    """

    traceparent: fields.Traceparent | None = None
    requestId: fields.RequestId | None = None


class PrivateMessageFrame(Traced, frozen=True, kw_only=True, tag="private-message", tag_field="action"):
    toUserId: fields.UserId
    message: fields.MessageText
    clientMessageId: fields.ClientMessageId


class PrivateMessagesFrame(Batch, frozen=True, kw_only=True, tag="private-messages", tag_field="action"):
    """Messages to one user, which are stored in this order."""

    traceparent: fields.Traceparent | None = None
    requestId: fields.RequestId | None = None


class RegisterFrame(Traced, frozen=True, kw_only=True, tag="register", tag_field="action"):
    """The heartbeat, which renews the presence of this socket. Without `answer`, nothing but an error answers it.

    A `userId` may be given, and must be the user's own: the socket acts for the user of its session.
    """

    answer: bool = True
    userId: fields.UserId | None = None


class PresenceQueryFrame(Traced, frozen=True, kw_only=True, tag="presence:query", tag_field="action"):
    """Asks for the presence of one user (`userId`) or of several (`userIds`). One of the two is required, not both."""

    userId: fields.UserId | None = None
    userIds: Annotated[list[fields.UserId], Meta(min_length=1, max_length=fields.MAX_PRESENCE_USERS)] | None = None

    def __post_init__(self) -> None:
        if (self.userId is None) == (self.userIds is None):
            raise ValueError("`userIds` is required, or userId, and not both")

    @property
    def ids(self) -> list[str]:
        return list(dict.fromkeys(self.userIds or [self.userId or ""]))


class PresenceSubscribeFrame(Traced, frozen=True, kw_only=True, tag="presence:subscribe", tag_field="action"):
    userIds: Annotated[list[fields.UserId], Meta(min_length=1, max_length=fields.MAX_WATCHED_USERS)]


class PresenceUnsubscribeFrame(Traced, frozen=True, kw_only=True, tag="presence:unsubscribe", tag_field="action"):
    userIds: Annotated[list[fields.UserId], Meta(min_length=1, max_length=fields.MAX_WATCHED_USERS)]


class MissedFrom(Strict, frozen=True):
    """The device has all messages of the conversation with `userId` up to `afterSeq`, which is 0 if it has none."""

    userId: fields.UserId
    afterSeq: fields.Seq


class SyncFrame(Traced, frozen=True, kw_only=True, tag="sync", tag_field="action"):
    conversations: Annotated[list[MissedFrom], Meta(min_length=1, max_length=fields.MAX_SYNCED_CONVERSATIONS)]


class MessageReadFrame(Traced, frozen=True, kw_only=True, tag="message:read", tag_field="action"):
    """The user has read the conversation with `userId` up to `seq`."""

    userId: fields.UserId
    seq: Annotated[int, Meta(ge=1, le=2**53 - 1)]


class TypingFrame(Traced, frozen=True, kw_only=True, tag="typing", tag_field="action"):
    toUserId: fields.UserId


Frame = (
    PrivateMessageFrame
    | PrivateMessagesFrame
    | RegisterFrame
    | PresenceQueryFrame
    | PresenceSubscribeFrame
    | PresenceUnsubscribeFrame
    | SyncFrame
    | MessageReadFrame
    | TypingFrame
)
