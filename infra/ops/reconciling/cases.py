"""Cases of a restored MongoDB: reports and acts come back from their events, without what was reported and notes.

Who was suspended after the backup must not be back, and who was reinstated must.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.events.envelope import Envelope
from chalicelib.models.case_documents import ActDocument, CaseDocument, ReportDocument
from chalicelib.models.event_types import ModeratorActed, ModeratorActedFor, ReportMade
from chalicelib.models.moderation import Act
from chalicelib.stores.cases import STEPS, thing_key
from chalicelib.stores.suspensions import Suspensions

_ACTS: Mapping[str, Act] = {event_type: act for act, (_needed, _status, event_type) in STEPS.items()}
OF_CASES = frozenset({"REPORT_MADE", *_ACTS})


def restore_cases(mongo: MongoDatabase, suspensions: Suspensions, events: Mapping[str, Envelope]) -> int:
    """Take the reports and acts that MongoDB lacks, and return how many these were; `events` are by their eventId.

    Raises PyMongoError, Unavailable.
    """
    taken = 0
    reinstated = {event.data["caseId"] for event in events.values() if event.eventType == "USER_REINSTATED"}
    for event in _in_order(events):
        if event.eventType == "REPORT_MADE":
            taken += _restore_report(mongo, event)
            continue
        taken += _restore_act(mongo, event)
        if event.eventType == "USER_REINSTATED" or event.data["caseId"] not in reinstated:
            _carry_out(suspensions, event)
    return taken


def _in_order(events: Mapping[str, Envelope]) -> Sequence[Envelope]:
    # A case must be closed before the next one of its thing is opened. Of one millisecond, the reports come first.
    return sorted(events.values(), key=lambda event: (event.timestamp, event.eventType != "REPORT_MADE"))


def _restore_report(mongo: MongoDatabase, event: Envelope) -> int:
    made = msgspec.convert(event.data, ReportMade)
    at = datetime.fromisoformat(event.timestamp)
    report = ReportDocument(userId=event.userId, at=at, reason=made.reason)
    case = CaseDocument(
        _id=ObjectId(made.caseId),
        thing=thing_key(made.aboutUserId, made.messageId),
        userId=made.aboutUserId,
        status="open",
        openedAt=at,
        reports=[report],
        acts=[],
        pendingEvents=[],
    )
    try:
        mongo.cases.insert_one(case)
    except DuplicateKeyError:
        return mongo.cases.update_one(
            {"_id": case["_id"], "reports.userId": {"$ne": event.userId}}, {"$push": {"reports": report}}
        ).modified_count
    return 1


def _restore_act(mongo: MongoDatabase, event: Envelope) -> int:
    acted = msgspec.convert(event.data, ModeratorActed)
    name = _ACTS[event.eventType]
    needed, status, _event_type = STEPS[name]
    act = ActDocument(moderatorId=acted.moderatorId, act=name, at=datetime.fromisoformat(event.timestamp))
    if name in {"warn", "suspend"}:
        act["reason"] = msgspec.convert(event.data, ModeratorActedFor).reason
    return mongo.cases.update_one(
        {"_id": ObjectId(acted.caseId), "status": needed}, {"$set": {"status": status}, "$push": {"acts": act}}
    ).modified_count


def _carry_out(suspensions: Suspensions, event: Envelope) -> None:
    if event.eventType == "USER_SUSPENDED":
        act = msgspec.convert(event.data, ModeratorActedFor)
        suspensions.begin(event.userId, act.caseId, act.reason)
    elif event.eventType == "USER_REINSTATED":
        suspensions.end(event.userId, msgspec.convert(event.data, ModeratorActed).caseId)
