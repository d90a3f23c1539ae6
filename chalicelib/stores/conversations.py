"""Conversations in MongoDB: the newest message of each, and how far each of its two users has read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pymongo import DESCENDING, UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import BadRequest
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, superseding
from chalicelib.models import fields
from chalicelib.models.documents import ConversationSummary, LastMessage, MessageDocument
from chalicelib.models.pairs import pair_id
from chalicelib.stores.messages import seq_filters
from chalicelib.stores.paging import older_than


@dataclass(frozen=True)
class ConversationStore:
    mongo: MongoDatabase
    clock: Clock

    def note_last(self, document: MessageDocument) -> None:
        """Store the newest message in its conversation's document, unless a newer one is there. Raises Unavailable."""
        with self.mongo.guard():
            self.mongo.conversations.update_one({"_id": document["conversationId"]}, _update(document), upsert=True)

    def repair(self, newest: Mapping[str, int]) -> None:
        """Do what `note_last` does for documents that lag. `newest` is {conversationId: the seq of a stored message}.

        It takes one query if no document lags, and three round trips at most. Raises Unavailable.
        """
        with self.mongo.guard():
            found = self.mongo.conversations.find({"_id": {"$in": list(newest)}}, projection={"lastSeq": 1})
            last_seqs = {conversation["_id"]: conversation["lastSeq"] for conversation in found}
            lagging = {
                conversation_id: seq
                for conversation_id, seq in newest.items()
                if last_seqs.get(conversation_id, 0) < seq
            }
            if not lagging:
                return
            updates = [
                UpdateOne({"_id": document["conversationId"]}, _update(document), upsert=True)
                for document in self.mongo.messages.find({"$or": seq_filters(lagging)})
            ]
            if updates:
                self.mongo.conversations.bulk_write(updates, ordered=False)

    def page(self, user_id: str, *, before: str | None, limit: int) -> tuple[list[ConversationSummary], bool]:
        """Return a user's conversations, the latest changes first, and whether there are more, in one query.

        `before` is the other user of the previous page's last conversation. If that conversation has changed since, it
        is back at the top: so a page may repeat conversations, but never misses one.
        Raises BadRequest for an unknown `before`, Unavailable.
        """
        with self.mongo.guard():
            cursor = self.mongo.conversations.aggregate(
                [
                    {"$match": {"userIds": user_id, **self._older_than(user_id, before)}},
                    {"$sort": {"updatedAt": DESCENDING, "_id": DESCENDING}},
                    {"$limit": limit + 1},
                    {"$lookup": _unread(user_id)},
                    {"$set": {"unread": {"$ifNull": [{"$first": "$unread.count"}, 0]}}},
                ]
            )
            found = cast("list[ConversationSummary]", list(cursor))
        return found[:limit], len(found) > limit

    def mark_read(self, user_id: str, other_id: str, seq: int) -> Written | None:
        """Store that a user has read up to `seq`, with a MESSAGE_READ. None where the user had read that far before.

        Raises BadRequest where there is no message with that seq, Unavailable.
        """
        conversation_id = pair_id(user_id, other_id)
        event = new_event(
            "MESSAGE_READ", user_id, self.clock, conversationId=conversation_id, seq=seq, fromUserId=other_id
        )
        mark = f"readSeq.{user_id}"
        unread = {"_id": conversation_id, "lastSeq": {"$gte": seq}, mark: {"$not": {"$gte": seq}}}
        with self.mongo.guard():
            marked = self.mongo.conversations.update_one(
                unread, [{"$set": {mark: seq, "pendingEvents": superseding(event, self.clock)}}]
            )
            if not marked.modified_count and self._lags(conversation_id, seq):
                # The sender died after it stored the message and before it updated this document.
                self.repair({conversation_id: seq})
                marked = self.mongo.conversations.update_one(
                    unread, [{"$set": {mark: seq, "pendingEvents": superseding(event, self.clock)}}]
                )
        return Written(event, self.mongo.conversations, conversation_id) if marked.modified_count else None

    def _lags(self, conversation_id: str, seq: int) -> bool:
        """Whether the document lags behind the message with that seq. Raises BadRequest if there is no such message."""
        found = self.mongo.conversations.find_one({"_id": conversation_id}, projection={"lastSeq": 1})
        if found is not None and found["lastSeq"] >= seq:
            return False
        if self.mongo.messages.find_one({"conversationId": conversation_id, "seq": seq}, projection={"_id": 1}) is None:
            raise BadRequest({"seq": "there is no such message in this conversation"})
        return True

    def _older_than(self, user_id: str, before: str | None) -> dict[str, object]:
        if before is None:
            return {}
        last = self.mongo.conversations.find_one({"_id": pair_id(user_id, before)}, projection={"updatedAt": 1})
        if last is None:
            raise BadRequest({"before": "there is no conversation with this user"})
        return older_than("updatedAt", last["updatedAt"], last["_id"])


def _unread(user_id: str) -> dict[str, object]:
    """A $lookup that counts the other user's messages above this user's read mark, up to MAX_UNREAD."""
    above_the_mark = [
        {"$eq": ["$conversationId", "$$conversation"]},
        {"$eq": ["$fromUserId", "$$other"]},
        {"$gt": ["$seq", "$$mark"]},
    ]
    return {
        "from": "messages",
        "let": {
            "conversation": "$_id",
            "other": {"$first": {"$setDifference": ["$userIds", [user_id]]}},
            "mark": {"$ifNull": [f"$readSeq.{user_id}", 0]},
        },
        "pipeline": [
            {"$match": {"$expr": {"$and": above_the_mark}}},
            {"$limit": fields.MAX_UNREAD},
            {"$count": "count"},
        ],
        "as": "unread",
    }


def _update(document: MessageDocument) -> dict[str, object]:
    last = LastMessage(seq=document["seq"], fromUserId=document["fromUserId"], text=document["text"], ts=document["ts"])
    return {
        "$max": {"lastSeq": document["seq"], "lastMessage": last, "updatedAt": document["ts"]},
        "$setOnInsert": {"userIds": document["conversationId"].split(":"), "readSeq": {}, "pendingEvents": []},
    }
