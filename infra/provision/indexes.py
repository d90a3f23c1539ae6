"""The indexes of MongoDB; creating them is idempotent."""

import contextlib
from typing import Any

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient
from pymongo.errors import CollectionInvalid

_PUBLISHED: dict[str, object] = {"pendingEvents": {"$eq": []}}
"""A document with a pending event must never be deleted by a TTL index."""


def _ttl(field: str, **options: object) -> IndexModel:
    return IndexModel([(field, ASCENDING)], expireAfterSeconds=0, **options)


def _pending() -> IndexModel:
    # Sparse, as `$exists` on an ordinary index scans the collection; an empty array has no `at`.
    return IndexModel([("pendingEvents.at", ASCENDING)], sparse=True)


INDEXES: dict[str, list[IndexModel]] = {
    "users": [
        IndexModel([("emailId", ASCENDING)], unique=True),
        # Those who have left and of whom something is still to be erased.
        IndexModel([("erasure.at", ASCENDING)], sparse=True),
        # Sparse, as hardly any user has a link that is not used.
        IndexModel([("mailLinks.hash", ASCENDING)], sparse=True),
        # For the reverse look-up: the users who have blocked a user.
        IndexModel([("blocked", ASCENDING)]),
        IndexModel([("searchTerms", ASCENDING), ("_id", DESCENDING)]),
        # Partial, as nearly all users have the other role.
        IndexModel([("role", ASCENDING), ("emailId", ASCENDING)], partialFilterExpression={"role": "admin"}),
        IndexModel(
            [("role", ASCENDING), ("emailId", ASCENDING)],
            name="moderators",
            partialFilterExpression={"role": "moderator"},
        ),
        _pending(),
    ],
    "sessions": [
        IndexModel([("userId", ASCENDING), ("epoch", ASCENDING), ("lastUsedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("lastUsedAt", DESCENDING), ("_id", DESCENDING)]),
        _ttl("expiresAt", partialFilterExpression=_PUBLISHED),
        _pending(),
    ],
    "sockets": [
        IndexModel([("userId", ASCENDING), ("presenceUntil", ASCENDING)]),
        # Those that are open, the longest silent first.
        IndexModel([("userId", ASCENDING), ("closedAt", ASCENDING), ("presenceUntil", ASCENDING)]),
        IndexModel([("sessionId", ASCENDING)]),
        IndexModel([("sessionEndedAt", ASCENDING)], sparse=True),
        # Only sockets that are online, as only they receive presence events.
        IndexModel([("watching", ASCENDING)], partialFilterExpression={"presenceUntil": {"$exists": True}}),
        IndexModel([("presenceUntil", ASCENDING)], sparse=True),
        # Partial, as a missing field counts as null in a unique index.
        IndexModel(
            [("userId", ASCENDING), ("ticketId", ASCENDING)],
            unique=True,
            partialFilterExpression={"ticketId": {"$exists": True}},
        ),
        _ttl("expiresAt", partialFilterExpression=_PUBLISHED),
        _pending(),
    ],
    "conversations": [
        # The first pending message of the tail, whose id begins with its time.
        IndexModel([("pendingMessages.0", ASCENDING)], sparse=True),
        IndexModel([("userIds", ASCENDING), ("updatedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("archived", ASCENDING), ("updatedAt", DESCENDING), ("_id", DESCENDING)], sparse=True),
        # The oldest message of the tail, whose id begins with its time.
        IndexModel([("tail.0._id", ASCENDING)], sparse=True),
        # Those that are requests to a user, whose id is in the name of the field, by the id of their first message.
        IndexModel([("requests.$**", ASCENDING)]),
        _pending(),
    ],
    "messages": [
        IndexModel([("conversationId", ASCENDING), ("seq", ASCENDING)], unique=True),
        IndexModel(
            [("conversationId", ASCENDING), ("fromUserId", ASCENDING), ("clientMessageId", ASCENDING)], unique=True
        ),
        # Those that were changed, of which there are few.
        IndexModel(
            [("conversationId", ASCENDING), ("change", ASCENDING)],
            partialFilterExpression={"change": {"$exists": True}},
        ),
        # Unread messages are the other user's above a seq; counting them must not scan the user's own.
        IndexModel([("conversationId", ASCENDING), ("fromUserId", ASCENDING), ("seq", ASCENDING)]),
        _pending(),
    ],
    "connections": [
        IndexModel([("userIds", ASCENDING), ("status", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("toUserId", ASCENDING), ("status", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        _pending(),
    ],
    "cases": [
        # At most one case of a thing is open.
        IndexModel([("thing", ASCENDING)], unique=True, partialFilterExpression={"status": "open"}),
        IndexModel([("status", ASCENDING), ("_id", ASCENDING)]),
        # For the erasure of an account: cases about a user, and reports by them.
        IndexModel([("userId", ASCENDING)]),
        IndexModel([("reports.userId", ASCENDING)]),
        IndexModel([("evidenceUntil", ASCENDING)], sparse=True),
        _pending(),
    ],
    "notifications": [
        IndexModel([("userId", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        # Those that name a user who has left.
        IndexModel([("fromUserId", ASCENDING)]),
        # Only unread notifications: they are counted, and stand for a sender's next message too.
        IndexModel(
            [("userId", ASCENDING), ("readAt", ASCENDING), ("fromUserId", ASCENDING)],
            partialFilterExpression={"readAt": None},
        ),
        # Only those of messages: whether one stands for a message already.
        IndexModel(
            [("userId", ASCENDING), ("fromUserId", ASCENDING), ("seq", DESCENDING)],
            partialFilterExpression={"seq": {"$exists": True}},
        ),
        # What nobody has read in that time is not news any more, and without an end they would grow for ever.
        IndexModel([("createdAt", ASCENDING)], expireAfterSeconds=90 * 24 * 3600),
    ],
    "feeds": [_ttl("expiresAt")],
    "emails": [
        IndexModel([("dueAt", ASCENDING)], sparse=True),
        IndexModel([("userId", ASCENDING)], sparse=True),
        # How many emails of one kind an address got.
        IndexModel([("to", ASCENDING), ("kind", ASCENDING), ("sentAt", DESCENDING)]),
        _ttl("expiresAt"),
    ],
    "exports": [
        # Those that are still to be made.
        IndexModel([("dueAt", ASCENDING)], sparse=True),
        _ttl("expiresAt", partialFilterExpression=_PUBLISHED),
        _pending(),
    ],
    "missed_messages": [IndexModel([("dueAt", ASCENDING)], sparse=True), _ttl("expiresAt")],
    "push_subscriptions": [
        IndexModel([("userId", ASCENDING), ("createdAt", DESCENDING)]),
        IndexModel([("sessionId", ASCENDING)]),
    ],
    "processed_events": [_ttl("expiresAt")],
    "invalidations": [
        # Separates the keys of copies from those of presence, of which an outage leaves many more.
        IndexModel([("key", ASCENDING), ("at", ASCENDING)]),
        IndexModel([("at", ASCENDING)], expireAfterSeconds=24 * 3600),
    ],
    "login_attempts": [IndexModel([("key", ASCENDING), ("at", ASCENDING)]), _ttl("expiresAt")],
    # Created here, as a transaction is slower if it must create its collection first.
    "analytics_daily": [],
    "active_users": [_ttl("expiresAt")],
}


def create_indexes(mongodb_uri: str) -> None:
    """Create the collections and indexes that are missing. Raises pymongo.errors.PyMongoError."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        mongodb_uri, w="majority", appname="devconnect-provision"
    )  # Any: BSON
    with client, pymongo.timeout(60):
        database = client.get_default_database("devconnect")
        existing = set(database.list_collection_names())
        for name, indexes in INDEXES.items():
            if name not in existing:
                with contextlib.suppress(CollectionInvalid):  # another process has just created it
                    database.create_collection(name)
            if indexes:
                database[name].create_indexes(indexes)
