"""Conversations in MongoDB: the newest message of each, and how far each of its two users has read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bson import ObjectId
from pymongo import DESCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import BadRequest
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, superseding
from chalicelib.models import fields
from chalicelib.models.documents import ConversationSummary, MissedConversation
from chalicelib.models.pairs import pair_id
from chalicelib.stores.conversation_marks import archived_marks, expressions
from chalicelib.stores.message_moves import MAX_TAIL
from chalicelib.stores.message_requests import REQUESTS, RequestState, field_of, first_of, no_request_to, undecided_in
from chalicelib.stores.paging import older_than

MAX_MISSED = 50
_FIRST_ID = ObjectId(bytes(12))


@dataclass(frozen=True)
class Marked:
    """A read mark that has moved. The mark in a request is for its reader alone, until they accept it."""

    written: Written
    is_request: bool


@dataclass(frozen=True)
class ConversationStore:
    mongo: MongoDatabase
    clock: Clock

    def page(
        self, user_id: str, *, before: str | None, limit: int, archived: bool = False
    ) -> tuple[list[ConversationSummary], bool]:
        """Return a user's conversations, the latest changes first, and whether there are more, in one query.

        They are those that the user has archived, or all others, without requests that they have not accepted.

        `before` is the other user of the previous page's last conversation. If that conversation has changed since, it
        is back at the top: so a page may repeat conversations, but never misses one.
        Raises BadRequest for an unknown `before`, Unavailable.
        """
        with self.mongo.guard():
            listed = {**_listed(user_id, archived=archived), **self._older_than(user_id, before)}
            return self._summaries(user_id, listed, {"updatedAt": DESCENDING, "_id": DESCENDING}, limit)

    def requests(
        self, user_id: str, *, before: str | None, limit: int, state: RequestState, without: Collection[str]
    ) -> tuple[list[ConversationSummary], bool]:
        """Return what is a request to a user in this state, the newest requests first, and whether there are more.

        Those of the users `without` are left out. `before` is the other user of the previous page's last request.
        Raises BadRequest where that is none, Unavailable.
        """
        began = field_of(state, user_id)
        with self.mongo.guard():
            older = {} if before is None else {"$lt": self._began(user_id, before, state)}
            hidden = [pair_id(user_id, other_id) for other_id in without]
            # The bound is that of all ids: an index over any fields sorts only what it is asked for.
            listed = {began: {"$gt": _FIRST_ID, **older}, "_id": {"$nin": hidden}, "tail": {"$ne": []}}
            return self._summaries(user_id, listed, {began: DESCENDING}, limit)

    def _summaries(
        self, user_id: str, listed: dict[str, object], order: dict[str, int], limit: int
    ) -> tuple[list[ConversationSummary], bool]:
        """Return a page of these conversations in this order, and whether there are more. Raises PyMongoError."""
        in_tail, before_tail = _unread_in_tail(user_id), {"$ifNull": [{"$first": "$unread.count"}, 0]}
        cursor = self.mongo.conversations.aggregate(
            [
                {"$match": listed},
                {"$sort": order},
                {"$limit": limit + 1},
                {"$lookup": _unread_before_tail(user_id)},
                {
                    "$project": {
                        **dict.fromkeys(("userIds", "lastSeq", "readSeq", "lastChange", "updatedAt"), 1),
                        "lastMessage": {"$last": "$tail"},
                        "lastState": _LAST_STATE,
                        "unread": {"$min": [fields.MAX_UNREAD, {"$add": [in_tail, before_tail]}]},
                        **expressions(user_id),
                    }
                },
            ]
        )
        found = cast("list[ConversationSummary]", list(cursor))
        return found[:limit], len(found) > limit

    def missed(self, user_id: str, after: datetime) -> list[MissedConversation]:
        """Return the conversations with unread messages that have changed after that time, the latest first.

        It looks at MAX_MISSED conversations, and at none that the user has muted or not accepted. Raises Unavailable.
        """
        unread = _other_unread_in_tail(user_id)
        before_tail = {"$ifNull": [{"$first": "$unread.count"}, 0]}
        # What was moved from the tail is older than what is there, and so is the first unread message then.
        first = {"$cond": [{"$gt": [before_tail, 0]}, {"$first": "$tail"}, {"$first": unread}]}
        with self.mongo.guard():
            cursor = self.mongo.conversations.aggregate(
                [
                    {
                        "$match": {
                            "userIds": user_id,
                            "updatedAt": {"$gt": after},
                            "muted": {"$ne": user_id},
                            **no_request_to(user_id),
                        }
                    },
                    {"$sort": {"updatedAt": DESCENDING, "_id": DESCENDING}},
                    {"$limit": MAX_MISSED},
                    {"$lookup": _unread_before_tail(user_id)},
                    {
                        "$project": {
                            "otherId": {"$first": {"$setDifference": ["$userIds", [user_id]]}},
                            "unread": {"$min": [fields.MAX_UNREAD, {"$add": [{"$size": unread}, before_tail]}]},
                            "firstUnreadAt": {"$let": {"vars": {"first": first}, "in": "$$first.ts"}},
                        }
                    },
                    {"$match": {"unread": {"$gt": 0}}},
                ]
            )
            return cast("list[MissedConversation]", list(cursor))

    def mark_read(self, user_id: str, other_id: str, seq: int) -> Marked | None:
        """Store that a user has read up to `seq`, with a MESSAGE_READ. None where the user had read that far before.

        Raises BadRequest where there is no message with that seq, Unavailable.
        """
        conversation_id = pair_id(user_id, other_id)
        event = new_event(
            "MESSAGE_READ", user_id, self.clock, conversationId=conversation_id, seq=seq, fromUserId=other_id
        )
        mark = f"readSeq.{user_id}"
        unread = {"_id": conversation_id, "lastSeq": {"$gte": seq}, mark: {"$not": {"$gte": seq}}}
        marking = [{"$set": {mark: seq, "pendingEvents": superseding(event, self.clock)}}]
        written = Written(event, self.mongo.conversations, conversation_id)
        with self.mongo.guard():
            # Nearly all conversations are accepted, so these need no look at that.
            marked = self.mongo.conversations.update_one({**unread, **no_request_to(user_id)}, marking)
            if marked.modified_count:
                return Marked(written, is_request=False)
            if user_id not in self._require_message(conversation_id, seq):
                return None
            marked = self.mongo.conversations.update_one(unread, marking)
        return Marked(written, is_request=True) if marked.modified_count else None

    def _require_message(self, conversation_id: str, seq: int) -> Collection[str]:
        """Return who has not accepted the conversation. Raises BadRequest where it has no message with that seq."""
        found = self.mongo.conversations.find_one({"_id": conversation_id}, {"lastSeq": 1, **REQUESTS})
        if found is None or found["lastSeq"] < seq:
            raise BadRequest({"seq": "there is no such message in this conversation"})
        return undecided_in(found)

    def _began(self, user_id: str, other_id: str, state: RequestState) -> ObjectId:
        """Return the id of the first message of a request. Raises BadRequest where there is none."""
        found = self.mongo.conversations.find_one({"_id": pair_id(user_id, other_id)}, REQUESTS)
        began = first_of(found, state, user_id) if found is not None else None
        if began is None:
            raise BadRequest({"before": "there is no such request of this user"})
        return began

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


def _listed(user_id: str, *, archived: bool) -> dict[str, object]:
    marks = archived_marks(user_id)
    listed = {"archived": {"$in": marks}} if archived else {"userIds": user_id, "archived": {"$nin": marks}}
    # Of one whose messages were all too old, nothing is left to be shown.
    return listed | no_request_to(user_id) | {"tail": {"$ne": []}}


def _unread_in_tail(user_id: str) -> dict[str, object]:
    """An expression that counts the other user's messages in the tail above this user's read mark."""
    return {"$size": _other_unread_in_tail(user_id)}


def _other_unread_in_tail(user_id: str) -> dict[str, object]:
    """An expression for the other user's messages in the tail above this user's read mark."""
    before_the_mark = {"$max": [0, {"$subtract": [_read_mark(user_id), "$movedSeq"]}]}
    above_the_mark = {"$slice": ["$tail", before_the_mark, MAX_TAIL]}
    return {"$filter": {"input": above_the_mark, "cond": {"$ne": ["$$this.fromUserId", user_id]}}}


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
