"""Administrators: the users whose `role` is ADMIN. Only an operator makes one, from a verified account.

The address of an account that is not verified may be anybody's.
"""

from dataclasses import dataclass

from bson import ObjectId
from pymongo import ASCENDING

from chalicelib.caching.invalidation import Invalidator
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import Unverified
from chalicelib.stores.users import ADMIN, USER, User, UserStore


@dataclass(frozen=True, kw_only=True)
class Administrators:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    users: UserStore
    invalidator: Invalidator
    clock: Clock

    def add(self, *email_ids: str) -> User | None:
        """Make the user of the first of these addresses that has an account an administrator; None where none has.

        Raises Unverified where nobody has confirmed the address.
        """
        return self._set_role(email_ids, ADMIN, {"emailVerified": True})

    def remove(self, *email_ids: str) -> User | None:
        """Make an administrator an ordinary user again; None where no address has an account."""
        return self._set_role(email_ids, USER, {})

    def all(self) -> list[tuple[str, str]]:
        """Return (userId, email address) of each administrator, by address."""
        with self.mongo.guard():
            found = list(self.mongo.users.find({"role": ADMIN}, {"emailId": 1}).sort("emailId", ASCENDING))
        return [(str(document["_id"]), document["emailId"]) for document in found]

    def _set_role(self, email_ids: tuple[str, ...], role: str, condition: dict[str, object]) -> User | None:
        record = self.users.read_for_login(*email_ids)
        if record is None:
            return None
        user_id = record.user.userId
        # No event repairs this write, so the consumer deletes the copy too: this process may die in between.
        self.invalidator.announce(self.users.cache_key(user_id))
        with self.mongo.guard():
            changed = self.mongo.users.update_one(
                {"_id": ObjectId(user_id), **condition}, {"$set": {"role": role, "updatedAt": self.clock()}}
            )
        if not changed.matched_count:
            raise Unverified("The address of this account is not confirmed.")
        return self.users.reload(user_id)
