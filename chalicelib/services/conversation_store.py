"""Conversations in MongoDB: the newest message of each, and how far each of the two has read."""

from collections.abc import Mapping

from pymongo import UpdateOne

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.models.documents import LastMessage, MessageDocument
from chalicelib.services.message_store import places


class ConversationStore:
    def __init__(self, store: MongoStore) -> None:
        self._store = store

    def note_last(self, document: MessageDocument) -> None:
        """Bring the conversation's document up to this message, unless a newer one has. Raises Unavailable."""
        with self._store.guard():
            self._store.conversations.update_one({"_id": document["conversationId"]}, _change(document), upsert=True)

    def repair(self, newest: Mapping[str, int]) -> None:
        """Do what `note_last` does where it was not done: `newest` is {conversationId: the seq of a stored message}.

        One query where all is well, and three round trips at most. Raises Unavailable.
        """
        with self._store.guard():
            known = self._store.conversations.find({"_id": {"$in": list(newest)}}, projection={"lastSeq": 1})
            noted = {conversation["_id"]: conversation["lastSeq"] for conversation in known}
            behind = {conversation: seq for conversation, seq in newest.items() if noted.get(conversation, 0) < seq}
            if not behind:
                return
            changes = [
                UpdateOne({"_id": document["conversationId"]}, _change(document), upsert=True)
                for document in self._store.messages.find({"$or": places(behind)})
            ]
            if changes:
                self._store.conversations.bulk_write(changes, ordered=False)


def _change(document: MessageDocument) -> dict[str, object]:
    last = LastMessage(seq=document["seq"], fromUserId=document["fromUserId"], text=document["text"], ts=document["ts"])
    return {
        "$max": {"lastSeq": document["seq"], "lastMessage": last, "updatedAt": document["ts"]},
        "$setOnInsert": {"userIds": document["conversationId"].split(":"), "readSeq": {}, "pendingEvents": []},
    }
