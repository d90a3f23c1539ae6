"""The users with a role: ADMIN or MODERATOR. Only an operator gives one, to a verified account without another role.

The address of an account that is not verified may be anybody's.
"""

from dataclasses import dataclass

from bson import ObjectId
from pymongo import ASCENDING

from chalicelib.caching.invalidation import Invalidator
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import Conflict, Unverified
from chalicelib.stores.users import NOT_SUSPENDED, USER, User, UserStore


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    users: UserStore
    invalidator: Invalidator
    clock: Clock

    def give(self, role: str, *email_ids: str) -> User | None:
        """Give a role to the user of the first of these addresses that has an account; None where none has.

        Raises Unverified where nobody has confirmed the address; Conflict where the account is suspended, or has
        another role.
        """
        record = self.users.read_for_login(*email_ids)
        if record is None:
            return None
        condition = {"emailVerified": True, "role": {"$in": [USER, role]}, **NOT_SUSPENDED}
        if self._set_role(record.user, role, condition):
            return self.users.reload(record.user.userId)
        if not record.user.emailVerified:
            raise Unverified("The address of this account is not confirmed.")
        raise Conflict("This account is suspended, or has another role already.")

    def take(self, role: str, *email_ids: str) -> User | None:
        """Take a role from whoever has it; None where no address has an account. Raises Conflict for another role."""
        record = self.users.read_for_login(*email_ids)
        if record is None:
            return None
        if not self._set_role(record.user, USER, {"role": {"$in": [USER, role]}}):
            raise Conflict("This account has another role.")
        return self.users.reload(record.user.userId)

    def all(self, role: str) -> list[tuple[str, str]]:
        """Return (userId, email address) of each user with a role, by address."""
        with self.mongo.guard():
            found = list(self.mongo.users.find({"role": role}, {"emailId": 1}).sort("emailId", ASCENDING))
        return [(str(document["_id"]), document["emailId"]) for document in found]

    def _set_role(self, user: User, role: str, condition: dict[str, object]) -> bool:
        # No event repairs this write, so the consumer deletes the copy too: this process may die in between.
        self.invalidator.announce(self.users.cache_key(user.userId))
        with self.mongo.guard():
            changed = self.mongo.users.update_one(
                {"_id": ObjectId(user.userId), **condition}, {"$set": {"role": role, "updatedAt": self.clock()}}
            )
        return bool(changed.matched_count)
