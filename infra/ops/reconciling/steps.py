"""The steps of connections and the read marks, of which events say everything: they come back whole."""

from collections.abc import Mapping
from datetime import datetime

from pymongo import UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import ConnectionDocument

_STATUS = {"CONNECTION_ACCEPTED": "accepted", "CONNECTION_REJECTED": "rejected"}


def restore_connection(mongo: MongoDatabase, pair: str, steps: Mapping[str, Envelope]) -> int:
    """Take those steps of a connection that MongoDB lacks; `steps` are {event type: event}. Return how many these were.

    A connection that MongoDB has stays as it is, but for an answer to its open request. Raises PyMongoError.
    """
    taken = 0
    request = steps.get("CONNECTION_REQUEST")
    if request is not None:
        at = datetime.fromisoformat(request.timestamp)
        connection = ConnectionDocument(
            _id=pair,
            userIds=pair.split(":"),
            fromUserId=request.userId,
            toUserId=str(request.data["toUserId"]),
            status="interested",
            createdAt=at,
            updatedAt=at,
            pendingEvents=[],
        )
        inserted = mongo.connections.update_one({"_id": pair}, {"$setOnInsert": connection}, upsert=True)
        taken += inserted.upserted_id is not None
    for event_type, status in _STATUS.items():
        answer = steps.get(event_type)
        if answer is not None:
            answered = mongo.connections.update_one(
                {"_id": pair, "toUserId": answer.userId, "status": "interested"},
                {"$set": {"status": status, "updatedAt": datetime.fromisoformat(answer.timestamp)}},
            )
            taken += answered.modified_count
    return taken


def restore_reads(mongo: MongoDatabase, reads: Mapping[tuple[str, str], int]) -> int:
    """Move read marks forward; `reads` are {(conversationId, userId): seq}. Return of how many conversations.

    Raises PyMongoError.
    """
    if not reads:
        return 0
    return mongo.conversations.bulk_write(
        [
            UpdateOne(
                {"_id": conversation_id, "userIds": user_id, "lastSeq": {"$gte": seq}},
                {"$max": {f"readSeq.{user_id}": seq}},
            )
            for (conversation_id, user_id), seq in reads.items()
        ],
        ordered=False,
    ).modified_count
