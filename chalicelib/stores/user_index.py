"""Gives users of earlier releases the terms that they are found by."""

from collections.abc import Iterator
from dataclasses import dataclass

from bson import ObjectId
from pymongo import ASCENDING, UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import UserDocument
from chalicelib.models.search_terms import profile_terms

_BATCH = 500


@dataclass(frozen=True)
class Indexed:
    """How many users were looked at, and how many of them were given terms."""

    looked_at: int
    indexed: int


@dataclass(frozen=True)
class UserIndex:
    """Every method raises Unavailable."""

    mongo: MongoDatabase

    def count(self) -> int:
        """Return how many users there are, roughly."""
        with self.mongo.guard():
            return self.mongo.users.estimated_document_count()

    def run(self) -> Iterator[Indexed]:
        """Give all users without terms their terms, and yield after each batch what has been done so far.

        It may be stopped and repeated at any time. A user who changes their profile meanwhile is left to a repetition.
        """
        last = ObjectId("0" * 24)
        looked_at = indexed = 0
        while users := self._after(last):
            missing = [user for user in users if "searchTerms" not in user]
            indexed += self._store(missing) if missing else 0
            looked_at += len(users)
            last = users[-1]["_id"]
            yield Indexed(looked_at, indexed)

    def _after(self, last: ObjectId) -> list[UserDocument]:
        fields = {"firstName": 1, "lastName": 1, "skills": 1, "updatedAt": 1, "searchTerms": {"$slice": 1}}
        with self.mongo.guard():
            return list(self.mongo.users.find({"_id": {"$gt": last}}, fields).sort("_id", ASCENDING).limit(_BATCH))

    def _store(self, users: list[UserDocument]) -> int:
        updates = [
            UpdateOne(
                {"_id": user["_id"], "updatedAt": user["updatedAt"], "searchTerms": {"$exists": False}},
                {"$set": {"searchTerms": profile_terms(user)}},
            )
            for user in users
        ]
        with self.mongo.guard():
            return self.mongo.users.bulk_write(updates, ordered=False).modified_count
