"""Who hides that they are online, and when they were last seen: `users.presenceFor` and `users.lastSeenFor`."""

from collections.abc import Collection
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase

SETTINGS = frozenset({"presenceFor", "lastSeenFor"})
"""The fields of a user's document that this is about."""


@dataclass(frozen=True)
class Hiding:
    """Users who hide something. Who hides their presence also hides when they were last seen."""

    presence: frozenset[str]
    last_seen: frozenset[str]


@dataclass(frozen=True)
class Visibility:
    mongo: MongoDatabase

    def hiding(self, user_ids: Collection[str]) -> Hiding:
        """Return those of these users who hide something, in one query. Raises Unavailable."""
        wanted = {
            "_id": {"$in": [ObjectId(user_id) for user_id in sorted(user_ids)]},
            "$or": [{name: "nobody"} for name in sorted(SETTINGS)],
        }
        with self.mongo.guard():
            found = list(self.mongo.users.find(wanted, {"presenceFor": 1}))
        invisible = frozenset(str(user["_id"]) for user in found if user.get("presenceFor") == "nobody")
        return Hiding(invisible, frozenset(str(user["_id"]) for user in found))
