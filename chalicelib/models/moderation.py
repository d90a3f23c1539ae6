"""Reports and what moderators do with them: the requests and responses of the REST API."""

from typing import Literal

import msgspec

from chalicelib.models import fields, response_fields
from chalicelib.models.requests import Strict

CaseStatus = Literal["open", "dismissed", "warned", "suspended", "reinstated"]
Act = Literal["dismiss", "warn", "suspend", "reinstate"]

NEEDS_REASON: frozenset[Act] = frozenset({"warn", "suspend"})
"""What is done to a user, who is told why."""


class Report(Strict, frozen=True):
    """A user who is reported, or with `seq` one of their messages to the user who reports them."""

    userId: fields.UserId
    reason: fields.Reason
    seq: fields.MessageSeq | None = None
    note: fields.Note | None = None


class CasesQuery(Strict, frozen=True):
    """`after` is the last caseId of the previous page. Without it, the oldest cases are returned."""

    status: CaseStatus = "open"
    after: fields.CaseId | None = None
    limit: fields.PageSize = 20


class Decision(Strict, frozen=True):
    """What a moderator does with a case. A warning and a suspension need a reason, of which the user is told."""

    act: Act
    reason: fields.Reason | None = None
    note: fields.Note | None = None

    def __post_init__(self) -> None:
        if (self.reason is not None) != (self.act in NEEDS_REASON):
            raise ValueError("`reason` is required to warn and to suspend, and not taken otherwise")


class ReportedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was when it was reported."""

    messageId: response_fields.MessageId
    seq: response_fields.Seq
    message: response_fields.Text
    ts: response_fields.Time


class ReportedProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What others saw of a user when they were reported."""

    firstName: response_fields.Name
    lastName: response_fields.Name
    about: str | None
    photoUrl: response_fields.PhotoUrl | None


class CaseResponse(msgspec.Struct, frozen=True, kw_only=True):
    """All reports of one thing: of the user `userId`, or of one message of theirs.

    `message` and `profile` are null once the evidence is deleted.
    """

    caseId: response_fields.CaseId
    userId: response_fields.UserId
    status: CaseStatus
    openedAt: response_fields.Time
    reports: int
    message: ReportedMessage | None
    profile: ReportedProfile | None


class ReportResponse(msgspec.Struct, frozen=True, kw_only=True):
    userId: response_fields.UserId
    at: response_fields.Time
    reason: fields.Reason
    note: str | None


class ActResponse(msgspec.Struct, frozen=True, kw_only=True):
    moderatorId: response_fields.UserId
    act: Act
    at: response_fields.Time
    reason: fields.Reason | None
    note: str | None


class CaseDetailsResponse(CaseResponse, frozen=True, kw_only=True):
    """A case with its first 100 reports, and what moderators have done with it."""

    firstReports: list[ReportResponse]
    acts: list[ActResponse]


class CasesResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Cases, the oldest first."""

    cases: list[CaseResponse]
    hasMore: bool
