"""The ranked lists of feeds: each is kept for a while, so that the pages of one feed follow one list."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models.documents import FeedList

FRESH_FOR = timedelta(minutes=10)
"""For how long a feed that is begun anew begins with the same list."""

KEPT_FOR = timedelta(hours=1)
KEPT_LISTS = 5
"""How many lists of one user are kept: a feed may be read on several devices, and while the skills are changed."""


@dataclass(frozen=True)
class FeedLists:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def find(self, user_id: str, list_id: str) -> FeedList | None:
        """Return a list of a user; None where it is no longer kept."""
        with self.mongo.guard():
            document = self.mongo.feeds.find_one({"_id": user_id}, {"lists": {"$elemMatch": {"listId": list_id}}})
        return next(iter(document.get("lists", ())), None) if document else None

    def fresh(self, user_id: str, skills: Sequence[str]) -> FeedList | None:
        """Return the newest list of a user where it is fresh, and was ranked for these skills."""
        with self.mongo.guard():
            document = self.mongo.feeds.find_one({"_id": user_id}, {"lists": {"$slice": -1}})
        newest = document["lists"][-1] if document else None
        if newest is None or newest["at"] <= self.clock() - FRESH_FOR or newest["skills"] != list(skills):
            return None
        return newest

    def add(self, user_id: str, skills: Sequence[str], ranked: Sequence[ObjectId]) -> FeedList:
        """Store a list of a user, in place of the oldest one where KEPT_LISTS are kept."""
        now = self.clock()
        added = FeedList(listId=secrets.token_hex(4), at=now, skills=list(skills), ranked=list(ranked))
        with self.mongo.guard():
            self.mongo.feeds.update_one(
                {"_id": user_id},
                {"$push": {"lists": {"$each": [added], "$slice": -KEPT_LISTS}}, "$set": {"expiresAt": now + KEPT_FOR}},
                upsert=True,
            )
        return added
