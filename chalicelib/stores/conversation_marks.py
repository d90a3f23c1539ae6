"""What one user has made of a conversation, and the other is not told: muted, or archived.

`archived` holds marks: the userId of whoever has archived the conversation, which the commit of the next message takes
out, or another mark where they have muted it as well, which stays. So a message brings a conversation back by the write
that stores it, without a look at who has done what.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pymongo import ReturnDocument

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.errors import Conflict
from chalicelib.models import fields
from chalicelib.models.pairs import pair_id
from chalicelib.stores.message_requests import REQUESTS, undecided_in


@dataclass(frozen=True)
class Marks:
    muted: bool
    archived: bool


def archived_marks(user_id: str) -> list[str]:
    """The marks of a user who has archived a conversation: it comes back with the next message, or it does not."""
    return [user_id, f"{user_id} muted"]


def expressions(user_id: str) -> dict[str, object]:
    """The fields `muted` and `archived` of a projection: what they are for this user."""
    archived = {"$setIntersection": [_ARCHIVED, archived_marks(user_id)]}
    return {"muted": {"$in": [user_id, _MUTED]}, "archived": {"$gt": [{"$size": archived}, 0]}}


def brought_back(conversation_id: str) -> dict[str, object]:
    """What the commit of a message takes out of `archived`."""
    return {"archived": {"$in": conversation_id.split(":")}}


@dataclass(frozen=True)
class ConversationMarks:
    """Every method raises Unavailable."""

    mongo: MongoDatabase

    def change(self, user_id: str, other_id: str, *, muted: bool | None, archived: bool | None) -> Marks | None:
        """Change what is not None, by one write, and return both; None where there is no such conversation.

        Raises Conflict where the user has archived MAX_ARCHIVED others already.
        """
        conversation_id = pair_id(user_id, other_id)
        if archived:
            self._require_room(user_id, conversation_id)
        returning, staying = archived_marks(user_id)
        is_muted = {"$in": [user_id, _MUTED]} if muted is None else muted
        is_archived = expressions(user_id)["archived"] if archived is None else archived
        others = {"$setDifference": [_MUTED, [user_id]]}
        others_archived = {"$setDifference": [_ARCHIVED, [returning, staying]]}
        mark = {"$cond": [is_muted, staying, returning]}
        with self.mongo.guard():
            changed = self.mongo.conversations.find_one_and_update(
                {"_id": conversation_id},
                [
                    {
                        "$set": {
                            "muted": {"$cond": [is_muted, {"$concatArrays": [others, [user_id]]}, others]},
                            "archived": {
                                "$cond": [is_archived, {"$concatArrays": [others_archived, [mark]]}, others_archived]
                            },
                        }
                    }
                ],
                projection={"muted": 1, "archived": 1},
                return_document=ReturnDocument.AFTER,
            )
        if changed is None:
            return None
        own = {returning, staying}
        return Marks(muted=user_id in changed.get("muted", []), archived=bool(own & {*changed.get("archived", [])}))

    def silent_among(self, places: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of (conversationId, userId) where the user has muted the conversation, or not accepted it."""
        if not places:
            return set()
        conversation_ids = sorted({conversation_id for conversation_id, _ in places})
        with self.mongo.guard():
            found = list(self.mongo.conversations.find({"_id": {"$in": conversation_ids}}, {"muted": 1, **REQUESTS}))
        silent = {(each["_id"], user_id) for each in found for user_id in (*each.get("muted", []), *undecided_in(each))}
        return silent & {*places}

    def _require_room(self, user_id: str, conversation_id: str) -> None:
        others = {"archived": {"$in": archived_marks(user_id)}, "_id": {"$ne": conversation_id}}
        with self.mongo.guard():
            archived = self.mongo.conversations.count_documents(others, limit=fields.MAX_ARCHIVED)
        if archived >= fields.MAX_ARCHIVED:
            raise Conflict(f"You have archived {fields.MAX_ARCHIVED:,} conversations already: take one of them back.")


_MUTED = {"$ifNull": ["$muted", []]}
_ARCHIVED = {"$ifNull": ["$archived", []]}
