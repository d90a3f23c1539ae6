"""The documents of MongoDB, as pymongo reads and writes them. Times are aware datetimes in UTC."""

from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId

from chalicelib.models.profile import ProfileDocument


class PendingEvent(TypedDict):
    """An event that its write caused and that Kafka may not have yet: the envelope, and when it was written."""

    eventId: str
    eventType: str
    userId: str
    timestamp: str
    version: int
    data: dict[str, object]
    at: datetime


class UserDocument(ProfileDocument):
    _id: ObjectId
    firstName: str
    lastName: str
    emailId: str
    passwordHash: bytes
    role: str
    blocked: list[str]
    sessionEpoch: int
    createdAt: datetime
    updatedAt: datetime
    pendingEvents: list[PendingEvent]


class SessionDocument(TypedDict):
    _id: str
    userId: str
    epoch: int
    createdAt: datetime
    expiresAt: datetime
    lastUsedAt: datetime
    ip: str
    userAgent: str
    endedAt: NotRequired[datetime]
    pendingEvents: list[PendingEvent]


class SocketDocument(TypedDict):
    """`sessionEndedAt` is there where it must be closed from that time on, which may be still to come."""

    _id: str
    userId: str
    sessionId: str
    sessionExpiresAt: datetime
    ticketId: NotRequired[str]
    connectedAt: datetime
    presenceUntil: NotRequired[datetime]
    watching: list[str]
    sessionEndedAt: NotRequired[datetime]
    expiresAt: datetime
    closedAt: NotRequired[datetime]
    pendingEvents: list[PendingEvent]


class MessageDocument(TypedDict):
    _id: ObjectId
    conversationId: str
    seq: int
    fromUserId: str
    toUserId: str
    clientMessageId: str
    text: str
    ts: datetime
    pendingEvents: list[PendingEvent]


class LastMessage(TypedDict):
    """`seq` comes first: BSON compares documents field by field, so $max keeps the newest message."""

    seq: int
    fromUserId: str
    text: str
    ts: datetime


class ConversationDocument(TypedDict):
    """`_id` is the pair, sorted; `readSeq` is {userId: the seq up to which he has read}."""

    _id: str
    userIds: list[str]
    lastSeq: int
    lastMessage: LastMessage
    readSeq: dict[str, int]
    updatedAt: datetime
    pendingEvents: list[PendingEvent]


class ConversationSummary(ConversationDocument):
    """With the count of the messages that one of the two has not read, MAX_UNREAD at most."""

    unread: int


class ConnectionDocument(TypedDict):
    """`_id` is the pair, sorted: so there is one connection between two users. `createdAt` never changes."""

    _id: str
    userIds: list[str]
    fromUserId: str
    toUserId: str
    status: str
    createdAt: datetime
    updatedAt: datetime
    pendingEvents: list[PendingEvent]


class NotificationDocument(TypedDict):
    """`_id` is the eventId."""

    _id: str
    userId: str
    type: str
    fromUserId: str
    text: str
    createdAt: datetime
    readAt: datetime | None


class EmailDocument(TypedDict):
    """A mail. `_id` is the eventId; `dueAt` is there until it was sent or refused for good."""

    _id: str
    to: str
    subject: str
    text: str
    createdAt: datetime
    dueAt: NotRequired[datetime]
    sentAt: NotRequired[datetime]
    refusedAt: NotRequired[datetime]
    expiresAt: datetime


class AttemptDocument(TypedDict):
    _id: ObjectId
    key: str
    at: datetime
    expiresAt: datetime


class InvalidationDocument(TypedDict):
    _id: ObjectId
    key: str
    at: datetime


class ProcessedEventDocument(TypedDict):
    _id: str
    expiresAt: datetime


class DailyCountsDocument(TypedDict):
    """`_id` is the date in UTC, as 2026-01-31. `activeUsers` is there once somebody was active."""

    _id: str
    counts: dict[str, int]
    activeUsers: NotRequired[int]


class ActiveUserDocument(TypedDict):
    """`_id` is `<date>:<userId>`, the date as in the daily counts."""

    _id: str
    expiresAt: datetime


class LeaseDocument(TypedDict):
    _id: str
    owner: str
    until: datetime
