"""The documents of MongoDB, as pymongo reads and writes them. Times are aware datetimes in UTC."""

from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId


class PendingEvent(TypedDict):
    """An event that its write caused and that Kafka may not have yet: the envelope, and when it was written."""

    eventId: str
    eventType: str
    userId: str
    timestamp: str
    version: int
    data: dict[str, object]
    at: datetime


class UserDocument(TypedDict):
    _id: ObjectId
    firstName: str
    lastName: str
    emailId: str
    passwordHash: bytes
    about: str | None
    skills: list[str]
    photoUrl: str | None
    age: int | None
    gender: str | None
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
    _id: str
    userId: str
    sessionId: str
    sessionExpiresAt: datetime
    ticketId: NotRequired[str]
    connectedAt: datetime
    presenceUntil: NotRequired[datetime]
    watching: list[str]
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
    _id: str
    userIds: list[str]
    lastSeq: int
    lastMessage: LastMessage
    updatedAt: datetime


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
    _id: str
    counts: dict[str, int]


class LeaseDocument(TypedDict):
    _id: str
    owner: str
    until: datetime
