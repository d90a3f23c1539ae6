"""Conversations in MongoDB: the newest message of each, and how far each of its two users has read."""

from dataclasses import dataclass
from typing import cast

from pymongo import DESCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import BadRequest
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, superseding
from chalicelib.models import fields
from chalicelib.models.documents import ConversationSummary
from chalicelib.models.pairs import pair_id
from chalicelib.stores.message_moves import MAX_TAIL
from chalicelib.stores.paging import older_than


@dataclass(frozen=True)
class ConversationStore:
    mongo: MongoDatabase
    clock: Clock

    def page(self, user_id: str, *, before: str | None, limit: int) -> tuple[list[ConversationSummary], bool]:
        """Return a user's conversations, the latest changes first, and whether there are more, in one query.

        `before` is the other user of the previous page's last conversation. If that conversation has changed since, it
        is back at the top: so a page may repeat conversations, but never misses one.
        Raises BadRequest for an unknown `before`, Unavailable.
        """
        in_tail, before_tail = _unread_in_tail(user_id), {"$ifNull": [{"$first": "$unread.count"}, 0]}
        with self.mongo.guard():
            cursor = self.mongo.conversations.aggregate(
                [
                    {"$match": {"userIds": user_id, **self._older_than(user_id, before)}},
                    {"$sort": {"updatedAt": DESCENDING, "_id": DESCENDING}},
                    {"$limit": limit + 1},
                    {"$lookup": _unread_before_tail(user_id)},
                    {
                        "$project": {
                            **dict.fromkeys(("userIds", "lastSeq", "readSeq", "lastChange", "updatedAt"), 1),
                            "lastMessage": {"$last": "$tail"},
                            "lastState": _LAST_STATE,
                            "unread": {"$min": [fields.MAX_UNREAD, {"$add": [in_tail, before_tail]}]},
                        }
                    },
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
            if not marked.modified_count:
                self._require_message(conversation_id, seq)
                return None
        return Written(event, self.mongo.conversations, conversation_id)

    def _require_message(self, conversation_id: str, seq: int) -> None:
        found = self.mongo.conversations.find_one({"_id": conversation_id}, projection={"lastSeq": 1})
        if found is None or found["lastSeq"] < seq:
            raise BadRequest({"seq": "there is no such message in this conversation"})

    def _older_than(self, user_id: str, before: str | None) -> dict[str, object]:
        if before is None:
            return {}
        last = self.mongo.conversations.find_one({"_id": pair_id(user_id, before)}, projection={"updatedAt": 1})
        if last is None:
            raise BadRequest({"before": "there is no conversation with this user"})
        return older_than("updatedAt", last["updatedAt"], last["_id"])


_LAST_STATE: dict[str, object] = {
    "$let": {
        "vars": {
            "last": {
                "$first": {
                    "$filter": {
                        "input": {"$objectToArray": {"$ifNull": ["$changed", {}]}},
                        "cond": {"$eq": ["$$this.k", {"$toString": "$lastSeq"}]},
                    }
                }
            }
        },
        "in": "$$last.v",
    }
}
"""An expression for the state of the newest message, which is absent where that was not changed."""


def _unread_in_tail(user_id: str) -> dict[str, object]:
    """An expression that counts the other user's messages in the tail above this user's read mark."""
    before_the_mark = {"$max": [0, {"$subtract": [_read_mark(user_id), "$movedSeq"]}]}
    above_the_mark = {"$slice": ["$tail", before_the_mark, MAX_TAIL]}
    return {"$size": {"$filter": {"input": above_the_mark, "cond": {"$ne": ["$$this.fromUserId", user_id]}}}}


def _unread_before_tail(user_id: str) -> dict[str, object]:
    """A $lookup that counts the other user's moved messages above this user's read mark, up to MAX_UNREAD."""
    above_the_mark = [
        {"$eq": ["$conversationId", "$$conversation"]},
        {"$eq": ["$fromUserId", "$$other"]},
        {"$gt": ["$seq", "$$mark"]},
        {"$lte": ["$seq", "$$moved"]},  # those that were moved meanwhile are counted in the tail
    ]
    return {
        "from": "messages",
        "let": {
            "conversation": "$_id",
            "other": {"$first": {"$setDifference": ["$userIds", [user_id]]}},
            "mark": _read_mark(user_id),
            "moved": "$movedSeq",
        },
        "pipeline": [
            {"$match": {"$expr": {"$and": above_the_mark}}},
            {"$limit": fields.MAX_UNREAD},
            {"$count": "count"},
        ],
        "as": "unread",
    }


def _read_mark(user_id: str) -> dict[str, object]:
    return {"$ifNull": [f"$readSeq.{user_id}", 0]}
