"""The documents of reports, and of what moderators did with them. Times are aware datetimes in UTC."""

from datetime import datetime
from typing import NotRequired, TypedDict

from bson import ObjectId

from chalicelib.models.documents import PendingEvent
from chalicelib.models.fields import Reason
from chalicelib.models.moderation import Act, CaseStatus


class ReportDocument(TypedDict):
    """What one user has said about a thing. The note goes with the evidence."""

    userId: str
    at: datetime
    reason: Reason
    note: NotRequired[str]


class ActDocument(TypedDict):
    """What a moderator has done with a case. It is never deleted: the acts are the log that is audited."""

    moderatorId: str
    act: Act
    at: datetime
    reason: NotRequired[Reason]
    note: NotRequired[str]


class MessageEvidence(TypedDict):
    """A message as it was when it was first reported."""

    messageId: str
    seq: int
    text: str
    ts: datetime


class ProfileEvidence(TypedDict):
    """What others saw of a user when they were first reported."""

    firstName: str
    lastName: str
    about: str | None
    photoUrl: str | None


class CaseDocument(TypedDict):
    """All reports of one thing, as long as the case is open. `thing` is what they are about, `userId` whose it is.

    The evidence is `profile`, `message` where one was reported, and the notes of the reports. It is deleted at
    `evidenceUntil`, where there is such a time.
    """

    _id: ObjectId
    thing: str
    userId: str
    status: CaseStatus
    openedAt: datetime
    reports: list[ReportDocument]
    message: NotRequired[MessageEvidence]
    profile: NotRequired[ProfileEvidence]
    acts: list[ActDocument]
    evidenceUntil: NotRequired[datetime]
    pendingEvents: list[PendingEvent]


class CaseSummary(TypedDict):
    """A case without what was said about it; `count` is the number of its reports."""

    _id: ObjectId
    userId: str
    status: CaseStatus
    openedAt: datetime
    count: int
    message: NotRequired[MessageEvidence]
    profile: NotRequired[ProfileEvidence]
