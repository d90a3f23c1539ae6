"""What MongoDB holds of a period: causes of events, pending events, and what the consumer has done.

Everything is read by cursors and kept in the books. Every function may raise PyMongoError, and yields how many
documents it has read since it last did.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo.collection import Collection

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import milliseconds
from chalicelib.consumer.pipeline.ledger import KEPT
from chalicelib.models.documents import ConnectionDocument
from chalicelib.stores.cases import STEPS
from chalicelib.stores.pending_events import PendingPlace, pending_places
from infra.ops.audit.books import Books, Row
from infra.ops.audit.causes import key_of

_ANSWERS = {"accepted": "CONNECTION_ACCEPTED", "rejected": "CONNECTION_REJECTED"}
_BATCH = 1_000


def read_causes(mongo: MongoDatabase, since: datetime, books: Books) -> Iterator[int]:
    """Add the causes since a time: messages, users, connections, reports, acts and open sockets.

    The tails are read before `messages`, so that a message that leaves its tail meanwhile is not overlooked.
    """
    for rows in (
        _tails(mongo, since),
        _messages(mongo, since),
        _users(mongo, since),
        _connections(mongo, since),
        _cases(mongo, since),
        _sockets(mongo, since),
    ):
        yield from _add(books, "cause", rows)


def read_changes(mongo: MongoDatabase, books: Books) -> Iterator[int]:
    """Add the number of the latest change of every conversation that has one."""
    changed = mongo.conversations.find({"lastChange": {"$exists": True}}, {"lastChange": 1})
    yield from _add(books, "changes", ((each["_id"], each["lastChange"]) for each in changed))


def read_pending(mongo: MongoDatabase, books: Books) -> Iterator[int]:
    """Add every pending event, however old."""
    for place in pending_places(mongo):
        yield from _add(books, "pending", _pending(place))


def read_processed(mongo: MongoDatabase, since: datetime, books: Books) -> Iterator[int]:
    """Add the eventIds that the consumer has recorded since a time."""
    recorded = mongo.processed_events.find({"expiresAt": {"$gte": since + KEPT}}, projection={"_id": 1})
    yield from _add(books, "processed", ((uuid.UUID(document["_id"]).bytes,) for document in recorded))


def read_notifications(mongo: MongoDatabase, since: datetime, books: Books) -> Iterator[int]:
    """Add the notifications since a time, and up to which seq a user was notified of another one's messages."""
    notifications: Collection[Any] = mongo.database[mongo.notifications.name]  # Any: only some of them have a seq
    recent = {"createdAt": {"$gte": since}}
    of_messages = notifications.find(recent | {"seq": {"$exists": True}}, {"userId": 1, "fromUserId": 1, "seq": 1})
    yield from _add(
        books, "notified", ((f"{found['userId']}:{found['fromUserId']}", found["seq"]) for found in of_messages)
    )
    others = notifications.find(recent | {"seq": {"$exists": False}}, {"_id": 1})
    yield from _add(books, "notification", ((uuid.UUID(found["_id"]).bytes,) for found in others))


def read_counts(mongo: MongoDatabase, books: Books) -> None:
    """Add the counts of all days; `activeUsers` is kept as if it were a type of event."""
    for document in mongo.analytics_daily.find():
        day, counts = document["_id"], document.get("counts", {})
        books.add("counted", [(day, event_type, count) for event_type, count in counts.items()])
        books.add("counted", [(day, "activeUsers", document.get("activeUsers", 0))])


def read_gaps(mongo: MongoDatabase, since: datetime, books: Books, *, begin_anywhere: bool) -> Iterator[int]:
    """Add the conversations written to since a time whose seqs are not 1, 2, 3 and so on.

    Where they `begin_anywhere`, as old messages are deleted, only what follows the first one must be there.
    """
    conversations = mongo.database[mongo.conversations.name].aggregate(
        [
            {"$match": {"updatedAt": {"$gte": since}}},
            {"$project": {"movedSeq": 1, "lastSeq": 1, "length": {"$size": "$tail"}}},
        ]
    )
    while batch := list(islice(conversations, _BATCH)):
        counting = mongo.database[mongo.messages.name].aggregate(
            [
                {"$match": {"conversationId": {"$in": [conversation["_id"] for conversation in batch]}}},
                {
                    "$group": {
                        "_id": "$conversationId",
                        "count": {"$sum": 1},
                        "greatest": {"$max": "$seq"},
                        "least": {"$min": "$seq"},
                    }
                },
            ]
        )
        moved = {
            found["_id"]: _Moved(found["count"], found["greatest"], found["least"] if begin_anywhere else 1)
            for found in counting
        }
        gaps = [
            (each["_id"], _gap(mongo, each, moved.get(each["_id"]) or _none_moved(each, begin_anywhere=begin_anywhere)))
            for each in batch
        ]
        books.add("gap", [gap for gap in gaps if gap[1] is not None])
        yield len(batch)


class _Moved(NamedTuple):
    """How many messages of a conversation are in `messages`, their greatest seq, and which one is to be the first."""

    number: int
    greatest: int
    first: int


def _none_moved(conversation: Mapping[str, Any], *, begin_anywhere: bool) -> _Moved:
    """Return what holds where there are none in `messages`: all of them may have been deleted."""
    moved = conversation["movedSeq"]
    return _Moved(0, moved, moved + 1) if begin_anywhere else _Moved(0, 0, 1)


def _gap(mongo: MongoDatabase, conversation: Mapping[str, Any], of_messages: _Moved) -> str | None:
    """Return what is wrong with the seqs of a conversation, or None."""
    count, greatest, first = of_messages
    moved, last = conversation["movedSeq"], conversation["lastSeq"]
    if moved + conversation["length"] != last:
        return f"lastSeq is {last}, but its tail ends at {moved + conversation['length']}"
    # The index (conversationId, seq) is unique. So there are as many seqs as the greatest one says if none is missing.
    if count == greatest - first + 1 and greatest >= moved:
        return None
    # Messages that are being moved right now may have arrived in another order: they are in the tail as well.
    found = mongo.messages.find({"conversationId": conversation["_id"], "seq": {"$lte": moved}}, {"seq": 1}).sort("seq")
    expected = first
    for message in found:
        if message["seq"] != expected:
            return f"seq {expected} is missing" + (f" to {message['seq'] - 1}" if message["seq"] > expected + 1 else "")
        expected += 1
    return None if expected > moved else f"seq {expected} is missing" + (f" to {moved}" if moved > expected else "")


def _tails(mongo: MongoDatabase, since: datetime) -> Iterator[Row]:
    projection = {"tail._id": 1, "tail.ts": 1}
    for conversation in mongo.conversations.find({"updatedAt": {"$gte": since}}, projection):
        for message in conversation["tail"]:
            yield (
                "MESSAGE_SENT",
                str(message["_id"]),
                milliseconds(message["ts"]),
                f"conversations {conversation['_id']}",
            )


def _messages(mongo: MongoDatabase, since: datetime) -> Iterator[Row]:
    # An ObjectId begins with the time at which it was made.
    query = {"_id": {"$gte": ObjectId.from_datetime(since)}}
    for message in mongo.messages.find(query, {"ts": 1, "conversationId": 1}):
        yield "MESSAGE_SENT", str(message["_id"]), milliseconds(message["ts"]), f"messages {message['_id']}"


def _users(mongo: MongoDatabase, since: datetime) -> Iterator[Row]:
    for user in mongo.users.find({"_id": {"$gte": ObjectId.from_datetime(since)}}, {"createdAt": 1}):
        yield "USER_SIGNUP", str(user["_id"]), milliseconds(user["createdAt"]), f"users {user['_id']}"


def _connections(mongo: MongoDatabase, since: datetime) -> Iterator[Row]:
    query = {"status": {"$ne": "ignored"}, "updatedAt": {"$gte": since}}  # nobody hears of being ignored
    for connection in mongo.connections.find(query, {"status": 1, "leftStatus": 1, "createdAt": 1, "updatedAt": 1}):
        yield from _steps(connection)


def _steps(connection: ConnectionDocument) -> Iterator[Row]:
    place = f"connections {connection['_id']}"
    yield "CONNECTION_REQUEST", connection["_id"], milliseconds(connection["createdAt"]), place
    answer = _ANSWERS.get(connection.get("leftStatus", connection["status"]))
    if answer is not None:
        yield answer, connection["_id"], milliseconds(connection["updatedAt"]), place


def _cases(mongo: MongoDatabase, since: datetime) -> Iterator[Row]:
    query = {"$or": [{"reports.at": {"$gte": since}}, {"acts.at": {"$gte": since}}]}
    for case in mongo.cases.find(query, {"reports.userId": 1, "reports.at": 1, "acts.act": 1, "acts.at": 1}):
        place = f"cases {case['_id']}"
        for report in case["reports"]:
            yield "REPORT_MADE", f"{case['_id']}:{report['userId']}", milliseconds(report["at"]), place
        for act in case["acts"]:
            _needed, _status, event_type = STEPS[act["act"]]
            yield event_type, str(case["_id"]), milliseconds(act["at"]), place


def _sockets(mongo: MongoDatabase, since: datetime) -> Iterator[Row]:
    # One that is closed may never have been opened whole, and then has no event.
    query = {"closedAt": {"$exists": False}, "connectedAt": {"$gte": since}}
    for socket in mongo.sockets.find(query, {"connectedAt": 1}):
        yield "USER_ONLINE", socket["_id"], milliseconds(socket["connectedAt"]), f"sockets {socket['_id']}"


def _pending(place: PendingPlace) -> Iterator[Row]:
    for pending in chain.from_iterable(place.read()):
        event, where = pending.event, f"{place.collection.name} {pending.document_id}"
        key = key_of(event.eventType, event.userId, event.data)
        yield uuid.UUID(event.eventId).bytes, event.eventType, key, milliseconds(pending.at), where


def _add(books: Books, table: str, rows: Iterator[Row]) -> Iterator[int]:
    while batch := list(islice(rows, _BATCH)):
        books.add(table, batch)
        yield len(batch)
