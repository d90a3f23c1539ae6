"""What clients of the REST API receive: the bodies of answers."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.models import told


class UserAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A user as others see them; `emailId` is told to the user alone, and else left out."""

    userId: told.UserId
    firstName: told.Name
    lastName: told.Name
    about: str | None
    skills: list[str]
    photoUrl: told.PhotoUrl | None
    age: int | None
    gender: str | None
    emailId: told.EmailId | UnsetType = UNSET


class SessionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a login or signup."""

    userId: told.UserId
    token: str
    expiresIn: told.Seconds
    user: UserAnswer


class MessageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A message, the same in history and in a push."""

    messageId: told.MessageId
    conversationId: told.ConversationId
    seq: told.Seq
    fromUserId: told.UserId
    toUserId: told.UserId
    message: told.Text
    ts: told.Time


class HistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Messages ascending by seq; `hasMore` says that there are further ones in the direction that was asked for."""

    messages: list[MessageAnswer]
    hasMore: bool


class SentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    messageId: told.MessageId
    conversationId: told.ConversationId
    seq: told.Seq
    ts: told.Time


class LastMessageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    seq: told.Seq
    fromUserId: told.UserId
    message: told.Text
    ts: told.Time


class ConversationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as one of the two sees it: `userId` is the other, `unread` counts the other's messages."""

    userId: told.UserId
    lastMessage: LastMessageAnswer
    lastSeq: told.Seq
    readSeq: int
    unread: told.Unread
    updatedAt: told.Time


class ConversationsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    conversations: list[ConversationAnswer]
    hasMore: bool


class PresenceState(msgspec.Struct, frozen=True, kw_only=True):
    userId: told.UserId
    online: bool
    lastSeenAt: told.Time | None


class PresenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    presence: list[PresenceState]


class ConnectionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The connection with another user, as one of the two has left it."""

    userId: told.UserId
    status: Literal["interested", "ignored", "accepted", "rejected"]


class PersonAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A user in a list."""

    userId: told.UserId
    firstName: told.Name
    lastName: told.Name
    photoUrl: told.PhotoUrl | None


class ConnectionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    connections: list[PersonAnswer]
    hasMore: bool


class ConnectionRequestsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    requests: list[PersonAnswer]
    hasMore: bool


class FeedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    users: list[PersonAnswer]
    hasMore: bool


class DayAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A day in UTC; `counts` is {event type: how many}, `activeUsers` how many users did something themselves."""

    date: told.Day
    counts: dict[str, int]
    activeUsers: int


class AnalyticsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    days: list[DayAnswer]


class TicketAnswer(msgspec.Struct, frozen=True, kw_only=True):
    ticket: str
    expiresIn: told.Seconds
    url: str


class OpenSessionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A session in the list of one's own; `current` is the one that asks."""

    sessionId: told.SessionId
    createdAt: told.Time
    lastUsedAt: told.Time
    ip: str
    userAgent: str
    current: bool


class SessionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    sessions: list[OpenSessionAnswer]


class NotificationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    notificationId: told.NotificationId
    type: told.NotificationType
    fromUserId: told.UserId
    text: str
    createdAt: told.Time
    readAt: told.Time | None


class NotificationsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Notifications, the newest first; `unread` is of all of them, and 100 stands for 100 or more."""

    notifications: list[NotificationAnswer]
    hasMore: bool
    unread: told.Unread


class UnreadAnswer(msgspec.Struct, frozen=True, kw_only=True):
    unread: told.Unread


class HealthAnswer(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ok"] = "ok"


class ReadyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`degraded`: all works, without what a dependency speeds up or carries; `unavailable`: without MongoDB."""

    status: Literal["ok", "degraded", "unavailable"]
    dependencies: dict[str, Literal["ok", "unavailable"]]
