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
from chalicelib.stores.conversation_tail import TAIL, tail_of
from chalicelib.stores.message_events import sent_event


def restore(mongo: MongoDatabase, event_type: str, key: str, clock: Clock) -> Written | None:
    """Store a new event of one of the RESTORABLE types, which happened when its cause did; a consumer publishes it.

    `key` is what `audit` names the cause by: a messageId, a userId, or the pair of a connection. Returns None where
    MongoDB holds no such cause. Raises PyMongoError.
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
        connection = mongo.connections.find_one({"_id": key, "status": status})
        if connection is None:
            return None
        sender, receiver = connection["toUserId"], {"toUserId": connection["fromUserId"]}
        return _written(mongo.connections, key, event_type, sender, connection["updatedAt"], receiver)

    return answer


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
}
