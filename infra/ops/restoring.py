"""Restores the event of a cause that has lost it: a new event that is pending in the document of its cause."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.case_documents import CaseDocument
from chalicelib.models.moderation import Act
from chalicelib.stores.cases import STEPS
from chalicelib.stores.conversation_tail import TAIL, tail_of
from chalicelib.stores.message_events import sent_event


def restore(mongo: MongoDatabase, event_type: str, key: str, clock: Clock) -> Written | None:
    """Store a new event of one of the RESTORABLE types, which happened when its cause did; a consumer publishes it.

    `key` is what `audit` names the cause by: a messageId, a userId, the pair of a connection, a caseId with the userId
    of a report, or the caseId of an act. Returns None where MongoDB holds no such cause. Raises PyMongoError.
    """
    written = RESTORABLE[event_type](mongo, key)
    if written is not None:
        written.collection.update_one(
            {"_id": written.document_id}, {"$push": {"pendingEvents": pending(written.event, clock())}}
        )
    return written


def _message(mongo: MongoDatabase, key: str) -> Written | None:
    if not ObjectId.is_valid(key):
        return None
    moved = mongo.messages.find_one({"_id": ObjectId(key)})
    if moved is not None:
        return Written(sent_event(moved), mongo.messages, moved["_id"])
    conversation = mongo.conversations.find_one({"tail._id": ObjectId(key)}, TAIL)  # no index: it reads all of them
    if conversation is None:
        return None
    [message] = [message for message in tail_of(conversation) if str(message["_id"]) == key]
    return Written(sent_event(message), mongo.conversations, conversation["_id"])


def _signup(mongo: MongoDatabase, key: str) -> Written | None:
    user = mongo.users.find_one({"_id": ObjectId(key)}) if ObjectId.is_valid(key) else None
    if user is None:
        return None
    return _written(mongo.users, user["_id"], "USER_SIGNUP", key, user["createdAt"], {})


def _request(mongo: MongoDatabase, key: str) -> Written | None:
    connection = mongo.connections.find_one({"_id": key, "status": {"$ne": "ignored"}})
    if connection is None:
        return None
    sender, receiver = connection["fromUserId"], {"toUserId": connection["toUserId"]}
    return _written(mongo.connections, key, "CONNECTION_REQUEST", sender, connection["createdAt"], receiver)


def _answer(status: str, event_type: str) -> "Callable[[MongoDatabase, str], Written | None]":
    def answer(mongo: MongoDatabase, key: str) -> Written | None:
        # That of somebody who has left since says what it was.
        was = [{"status": status}, {"status": "left", "leftStatus": status}]
        connection = mongo.connections.find_one({"_id": key, "$or": was})
        if connection is None:
            return None
        sender, receiver = connection["toUserId"], {"toUserId": connection["fromUserId"]}
        return _written(mongo.connections, key, event_type, sender, connection["updatedAt"], receiver)

    return answer


def _report(mongo: MongoDatabase, key: str) -> Written | None:
    case_id, _, user_id = key.partition(":")
    case = _case(mongo, case_id)
    reports = [] if case is None else [report for report in case["reports"] if report["userId"] == user_id]
    if case is None or not reports:
        return None
    [report] = reports
    data: dict[str, object] = {"caseId": case_id, "aboutUserId": case["userId"], "reason": report["reason"]}
    kind, _, message_id = case["thing"].partition("/")
    if kind == "message":
        data["messageId"] = message_id
    return _written(mongo.cases, case["_id"], "REPORT_MADE", user_id, report["at"], data)


def _act(name: Act) -> "Callable[[MongoDatabase, str], Written | None]":
    def act(mongo: MongoDatabase, key: str) -> Written | None:
        case = _case(mongo, key)
        acts = [] if case is None else [each for each in case["acts"] if each["act"] == name]
        if case is None or not acts:
            return None
        [made] = acts
        data: dict[str, object] = {"caseId": key, "moderatorId": made["moderatorId"]}
        if "reason" in made:
            data["reason"] = made["reason"]
        _needed, _status, event_type = STEPS[name]
        return _written(mongo.cases, case["_id"], event_type, case["userId"], made["at"], data)

    return act


def _case(mongo: MongoDatabase, case_id: str) -> CaseDocument | None:
    return mongo.cases.find_one({"_id": ObjectId(case_id)}) if ObjectId.is_valid(case_id) else None


def _written(
    collection: "Collection[Any]",  # Any: documents of every kind carry events
    document_id: object,
    event_type: str,
    user_id: str,
    at: datetime,
    data: Mapping[str, object],
) -> Written:
    return Written(new_event(event_type, user_id, lambda: at, **data), collection, document_id)


RESTORABLE: Mapping[str, Callable[[MongoDatabase, str], Written | None]] = {
    "MESSAGE_SENT": _message,
    "USER_SIGNUP": _signup,
    "CONNECTION_REQUEST": _request,
    "CONNECTION_ACCEPTED": _answer("accepted", "CONNECTION_ACCEPTED"),
    "CONNECTION_REJECTED": _answer("rejected", "CONNECTION_REJECTED"),
    "REPORT_MADE": _report,
    **{event_type: _act(act) for act, (_needed, _status, event_type) in STEPS.items()},
}
