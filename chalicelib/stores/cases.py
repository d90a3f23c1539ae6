"""Cases in MongoDB: the reports of one thing, and what moderators did with them.

At most one case of a thing is open: `thing` is unique among those. Each step is one conditional write to the case, with
its event, so of two at once one succeeds. What follows an act elsewhere, its event's effects do where the request died.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from bson import ObjectId
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.case_documents import (
    ActDocument,
    CaseDocument,
    CaseSummary,
    MessageEvidence,
    ProfileEvidence,
    ReportDocument,
)
from chalicelib.models.moderation import Act, CaseStatus

MAX_REPORTS = 1_000
"""Further reports of a thing change nothing: its case is as urgent as any."""

EVIDENCE_KEPT = timedelta(days=90)
"""After a case is closed, for those who object. While a user is suspended it is kept."""

ATTEMPTS = 5

STEPS: dict[Act, tuple[CaseStatus, CaseStatus, str]] = {
    "dismiss": ("open", "dismissed", "REPORT_DISMISSED"),
    "warn": ("open", "warned", "USER_WARNED"),
    "suspend": ("open", "suspended", "USER_SUSPENDED"),
    "reinstate": ("suspended", "reinstated", "USER_REINSTATED"),
}
"""{act: (the status that it needs, the status that it leads to, its event)}."""

_SUMMARY: dict[str, object] = {
    **dict.fromkeys(("userId", "status", "openedAt", "message", "profile"), 1),
    "count": {"$size": "$reports"},
}
_REPORTERS = {"reports.userId": 1}


@dataclass(frozen=True)
class Thing:
    """What is reported: a message of a user, or what the user shows of themselves, as it is now."""

    user_id: str
    profile: ProfileEvidence
    message: MessageEvidence | None

    @property
    def key(self) -> str:
        return thing_key(self.user_id, None if self.message is None else self.message["messageId"])


def thing_key(user_id: str, message_id: str | None) -> str:
    """Return what all reports of a user, or of a message, have in common: the `thing` of their case."""
    return f"user/{user_id}" if message_id is None else f"message/{message_id}"


@dataclass(frozen=True)
class CaseStore:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def add_report(self, thing: Thing, report: ReportDocument) -> Written | None:
        """Add a report to the open case of a thing, or open one, with its REPORT_MADE.

        None where this user has reported it already, or MAX_REPORTS others have.
        """
        for _ in range(ATTEMPTS):
            with self.mongo.guard():
                known = self.mongo.cases.find_one({"thing": thing.key, "status": "open"}, _REPORTERS)
            if known is None:
                written = self._open(thing, report)
            elif len(known["reports"]) >= MAX_REPORTS or any(
                each["userId"] == report["userId"] for each in known["reports"]
            ):
                return None
            else:
                written = self._join(known["_id"], thing, report)
            if written is not None:
                return written
        raise Unavailable  # moderators close its cases as fast as they are opened

    def find(self, case_id: str) -> CaseDocument | None:
        with self.mongo.guard():
            return self.mongo.cases.find_one({"_id": ObjectId(case_id)})

    def page(self, status: CaseStatus, *, not_about: str, after: str | None, limit: int) -> list[CaseSummary]:
        """Return cases, the oldest first, starting after the caseId `after`."""
        later: dict[str, object] = {} if after is None else {"_id": {"$gt": ObjectId(after)}}
        query = {"status": status, "userId": {"$ne": not_about}, **later}
        with self.mongo.guard():
            found = self.mongo.cases.find(query, _SUMMARY).sort("_id", ASCENDING).limit(limit)
            return cast("list[CaseSummary]", list(found))

    def add_act(self, case: CaseDocument, act: ActDocument) -> Written | None:
        """Add an act with its event, and give the case its new status; None where it is not in the one that it needs.

        None also where the moderator has reported it meanwhile. The evidence is kept for EVIDENCE_KEPT from now on, or
        while the user is suspended.
        """
        needed, status, event_type = STEPS[act["act"]]
        reason = {"reason": act["reason"]} if "reason" in act else {}
        event = new_event(
            event_type,
            case["userId"],
            self.clock,
            caseId=str(case["_id"]),
            moderatorId=act["moderatorId"],
            **reason,
        )
        kept = {} if status == "suspended" else {"evidenceUntil": act["at"] + EVIDENCE_KEPT}
        with self.mongo.guard():
            added = self.mongo.cases.update_one(
                {"_id": case["_id"], "status": needed, "reports.userId": {"$ne": act["moderatorId"]}},
                {
                    "$set": {"status": status, **kept},
                    "$push": {"acts": act, "pendingEvents": pending(event, self.clock())},
                },
            )
        return Written(event, self.mongo.cases, case["_id"]) if added.modified_count else None

    def delete_evidence(self) -> int:
        """Delete what is no longer kept, and return of how many cases that was."""
        with self.mongo.guard():
            deleted = self.mongo.cases.update_many(
                {"evidenceUntil": {"$lte": self.clock()}},
                {"$unset": {"message": "", "profile": "", "reports.$[].note": "", "evidenceUntil": ""}},
            )
        return deleted.modified_count

    def _open(self, thing: Thing, report: ReportDocument) -> Written | None:
        case_id = ObjectId()
        event = self._made(case_id, thing, report)
        case = CaseDocument(
            _id=case_id,
            thing=thing.key,
            userId=thing.user_id,
            status="open",
            openedAt=report["at"],
            reports=[report],
            profile=thing.profile,
            acts=[],
            pendingEvents=[pending(event, self.clock())],
        )
        if thing.message is not None:
            case["message"] = thing.message
        try:
            with self.mongo.guard():
                self.mongo.cases.insert_one(case)
        except DuplicateKeyError:
            return None
        return Written(event, self.mongo.cases, case_id)

    def _join(self, case_id: ObjectId, thing: Thing, report: ReportDocument) -> Written | None:
        event = self._made(case_id, thing, report)
        with self.mongo.guard():
            joined = self.mongo.cases.update_one(
                {
                    "_id": case_id,
                    "status": "open",
                    "reports.userId": {"$ne": report["userId"]},
                    f"reports.{MAX_REPORTS - 1}": {"$exists": False},
                },
                {"$push": {"reports": report, "pendingEvents": pending(event, self.clock())}},
            )
        return Written(event, self.mongo.cases, case_id) if joined.modified_count else None

    def _made(self, case_id: ObjectId, thing: Thing, report: ReportDocument) -> Envelope:
        about_message = {} if thing.message is None else {"messageId": thing.message["messageId"]}
        return new_event(
            "REPORT_MADE",
            report["userId"],
            self.clock,
            caseId=str(case_id),
            aboutUserId=thing.user_id,
            reason=report["reason"],
            **about_message,
        )
