"""Deletes messages of a certain age: an ObjectId begins with its time, so `_id` is the index for that.

Those that are in the tail of their conversation are moved to `messages` first, as any other move does it, and deleted
there: see docs/decisions/0037-retention-of-the-tail.md. Messages keep their seqs, so a conversation begins above 1
afterwards. A message whose event is pending stays until Kafka has the event.
"""

from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId
from pymongo import ASCENDING

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.stores.message_moves import MessageMoves


@dataclass(frozen=True)
class MessageRetention:
    mongo: MongoDatabase
    invalidator: Invalidator
    moves: MessageMoves

    def move_before(self, moment: datetime, limit: int) -> int:
        """Move what is from before a moment out of the tails, of `limit` conversations at most, and return of how many.

        It may be repeated. Raises Unavailable.
        """
        oldest = {"tail.0._id": {"$lt": ObjectId.from_datetime(moment)}}
        with self.mongo.guard():
            found = list(self.mongo.conversations.find(oldest, {"_id": 1}).sort("tail.0._id", ASCENDING).limit(limit))
        for conversation in found:
            self.moves.move_before(conversation["_id"], moment)
        return len(found)

    def delete_before(self, moment: datetime, limit: int) -> int:
        """Delete the oldest messages from before a moment, `limit` at most, and return how many these were.

        Cached copies of their conversations are deleted too. It may be repeated. Raises Unavailable.
        """
        old = {"_id": {"$lt": ObjectId.from_datetime(moment)}, "pendingEvents": {"$eq": []}}
        with self.mongo.guard():
            found = self.mongo.messages.find(old, {"conversationId": 1}).sort("_id", ASCENDING).limit(limit)
            conversation_of = {message["_id"]: message["conversationId"] for message in found}
            if not conversation_of:
                return 0
            self.mongo.messages.delete_many({"_id": {"$in": list(conversation_of)}})
        self.invalidator.delete(*map(RecentMessages.key, sorted(set(conversation_of.values()))))
        return len(conversation_of)
