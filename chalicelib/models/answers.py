"""What clients of the REST API receive: the bodies of answers. Times are ISO 8601 text."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class UserAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A user as others see them; `emailId` is told to the user alone, and else left out."""

    userId: str
    firstName: str
    lastName: str
    about: str | None
    skills: list[str]
    photoUrl: str | None
    age: int | None
    gender: str | None
    emailId: str | UnsetType = UNSET


class SessionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a login or signup; `expiresIn` is in seconds."""

    userId: str
    token: str
    expiresIn: int
    user: UserAnswer


class MessageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A message, the same in history, in a push and in the cache."""

    messageId: str
    conversationId: str
    seq: int
    fromUserId: str
    toUserId: str
    message: str
    ts: str


class HistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Messages ascending by seq; `hasMore` says that there are further ones in the direction that was asked for."""

    messages: list[MessageAnswer]
    hasMore: bool


class SentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    messageId: str
    conversationId: str
    seq: int
    ts: str


class LastMessageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    fromUserId: str
    message: str
    ts: str


class ConversationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as one of the two sees it: `userId` is the other, `unread` counts the other's messages."""

    userId: str
    lastMessage: LastMessageAnswer
    lastSeq: int
    readSeq: int
    unread: int
    updatedAt: str


class ConversationsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    conversations: list[ConversationAnswer]
    hasMore: bool


class PresenceState(msgspec.Struct, frozen=True, kw_only=True):
    userId: str
    online: bool
    lastSeenAt: str | None


class PresenceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    presence: list[PresenceState]


class ConnectionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The connection with another user: `status` is interested, ignored, accepted or rejected."""

    userId: str
    status: str


class PersonAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A user in a list."""

    userId: str
    firstName: str
    lastName: str
    photoUrl: str | None


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

    date: str
    counts: dict[str, int]
    activeUsers: int


class AnalyticsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    days: list[DayAnswer]


class TicketAnswer(msgspec.Struct, frozen=True, kw_only=True):
    ticket: str
    expiresIn: int
    url: str


class OpenSessionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A session in the list of one's own; `current` is the one that asks."""

    sessionId: str
    createdAt: str
    lastUsedAt: str
    ip: str
    userAgent: str
    current: bool


class SessionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    sessions: list[OpenSessionAnswer]


class NotificationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    notificationId: str
    type: str
    fromUserId: str
    text: str
    createdAt: str
    readAt: str | None


class NotificationsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Notifications, the newest first; `unread` is of all of them, and 100 stands for 100 or more."""

    notifications: list[NotificationAnswer]
    hasMore: bool
    unread: int


class UnreadAnswer(msgspec.Struct, frozen=True, kw_only=True):
    unread: int


class HealthAnswer(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ok"] = "ok"


class ReadyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`degraded`: all works, without what a dependency speeds up or carries; `unavailable`: without MongoDB."""

    status: Literal["ok", "degraded", "unavailable"]
    dependencies: dict[str, Literal["ok", "unavailable"]]
