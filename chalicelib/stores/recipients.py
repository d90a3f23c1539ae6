"""Users as those who tell them something need them: their address, what they want to be told, and whom they block."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.notification_preferences import NotificationPreferences
from chalicelib.stores.users import NOT_SUSPENDED

_FIELDS = dict.fromkeys(("firstName", "lastName", "emailId", "emailVerified", "blocked", "notify"), 1)


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A user who has an account, and is not suspended. Nobody is mailed but at an address that is `verified`."""

    first_name: str
    last_name: str
    address: str
    verified: bool
    blocked: frozenset[str]
    preferences: NotificationPreferences

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Recipients:
    """Reads users from MongoDB, in one query for any number: a cached copy may be older than a block."""

    mongo: MongoDatabase

    def of(self, user_ids: Collection[str]) -> dict[str, Recipient]:
        """Return {userId: recipient} of those who have an account and are not suspended. Raises Unavailable."""
        wanted = {
            "_id": {"$in": [ObjectId(user_id) for user_id in sorted(user_ids)]},
            "deletedAt": {"$exists": False},
            **NOT_SUSPENDED,
        }
        with self.mongo.guard():
            users = list(self.mongo.users.find(wanted, _FIELDS))
        return {
            str(user["_id"]): Recipient(
                first_name=user["firstName"],
                last_name=user["lastName"],
                address=user["emailId"],
                verified=user.get("emailVerified", False),
                blocked=frozenset(user["blocked"]),
                preferences=msgspec.convert(user.get("notify", {}), NotificationPreferences),
            )
            for user in users
        }
