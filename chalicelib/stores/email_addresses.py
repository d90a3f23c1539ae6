"""The email addresses of users, for whoever writes to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import LeftUserDocument


@dataclass(frozen=True)
class Addresses:
    """The address of a user, and {eventId: the address until that EMAIL_CHANGED} of the last few."""

    current: str
    until: Mapping[str, str]


@dataclass(frozen=True)
class EmailAddresses:
    mongo: MongoDatabase

    def of(self, user_ids: Collection[str]) -> dict[str, Addresses]:
        """Return {userId: addresses} of those who have an account. Raises Unavailable."""
        wanted = {"_id": {"$in": [ObjectId(user_id) for user_id in sorted(user_ids)]}, "deletedAt": {"$exists": False}}
        with self.mongo.guard():
            users = list(self.mongo.users.find(wanted, {"emailId": 1, "formerAddresses": 1}))
        return {
            str(user["_id"]): Addresses(
                user["emailId"], {former["eventId"]: former["emailId"] for former in user.get("formerAddresses", [])}
            )
            for user in users
        }

    def of_left(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return {userId: the last address} of those who have left and are not erased yet. Raises Unavailable."""
        wanted = {"_id": {"$in": [ObjectId(user_id) for user_id in sorted(user_ids)]}, "erasure": {"$exists": True}}
        with self.mongo.guard():
            users = cast("list[LeftUserDocument]", list(self.mongo.users.find(wanted, {"erasure": 1})))
        return {str(user["_id"]): user["erasure"]["addresses"][0] for user in users}
