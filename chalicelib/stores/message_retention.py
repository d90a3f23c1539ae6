"""Deletes messages of a certain age from `messages`: an ObjectId begins with its time, so `_id` is the index for that.

Messages keep their seqs, so a conversation begins above 1 afterwards. Its newest messages are in its tail, which is
left as it is, however old they are. A message whose event is pending stays until Kafka has the event.
"""

from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId
from pymongo import ASCENDING

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.clients.mongo.database import MongoDatabase


@dataclass(frozen=True)
class MessageRetention:
    mongo: MongoDatabase
    invalidator: Invalidator

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
