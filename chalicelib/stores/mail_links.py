"""Links that are mailed to users. Each works once: the write that uses it is the one that does what it is for.

They are in the user's document, so no process can die between the two; see docs/decisions/0024-mailed-links.md. Only
the SHA-256 of a token is stored: it has 256 random bits, so that nothing slower is needed.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import EmailDocument, LinkPurpose, MailLink, UserDocument
from chalicelib.stores.users import NOT_SUSPENDED, User, UserStore, user_of

LIFETIMES: dict[LinkPurpose, timedelta] = {
    "verify": timedelta(hours=24),
    "change": timedelta(hours=24),
    "reset": timedelta(hours=1),
}
KEPT = 20
"""How many links a user has at most; the oldest make room, and are good no longer."""

FORMER_ADDRESSES = 5


@dataclass(frozen=True, kw_only=True)
class MailLinks:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    users: UserStore
    clock: Clock

    def issue(self, purpose: LinkPurpose, email: EmailDocument) -> str | None:
        """Store a new link for an email that is about to be sent, and return its token.

        None where the link would have no use: there is no such account, it is suspended, or its address is confirmed or
        taken.
        """
        if purpose == "change" and self._is_taken([email["to"], *email.get("otherForms", [])]):
            return None
        token = secrets.token_urlsafe(32)
        link = MailLink(
            hash=_hash(token), purpose=purpose, emailId=email["to"], expiresAt=self.clock() + LIFETIMES[purpose]
        )
        with self.mongo.guard():
            stored = self.mongo.users.update_one(
                {**_of(email, purpose), **NOT_SUSPENDED}, {"$push": {"mailLinks": {"$each": [link], "$slice": -KEPT}}}
            )
        return token if stored.modified_count else None

    def confirm_address(self, token: str) -> Written | None:
        """Use a link of the purpose "verify" or "change": its address becomes, or is, the user's confirmed one.

        Of two who use it at once, one succeeds. Returns None for the other, and where the address has another account.
        """
        user = self.find(token, {"verify", "change"})
        if user is None:
            return None
        [link] = [link for link in user["mailLinks"] if link["hash"] == _hash(token)]
        is_new = link["purpose"] == "change"
        user_id = str(user["_id"])
        event = (
            new_event("EMAIL_CHANGED", user_id, self.clock)
            if is_new
            else new_event("PROFILE_UPDATED", user_id, self.clock, fields=["emailVerified"])
        )
        return self._use(user, link, event, self._new_address(user, link, event) if is_new else self._verified(event))

    def find_user(self, token: str, purpose: LinkPurpose) -> User | None:
        """Find the user whose link of this purpose is valid now, as the cache would hold them."""
        document = self.find(token, {purpose})
        return user_of(document) if document else None

    def find(self, token: str, purposes: Collection[LinkPurpose]) -> UserDocument | None:
        """Find the user whose link of one of these purposes is valid now."""
        with self.mongo.guard():
            return self.mongo.users.find_one(self.valid(token, purposes))

    def valid(self, token: str, purposes: Collection[LinkPurpose]) -> dict[str, object]:
        """Return the condition that a user has this link, and that it has not expired."""
        link = {"hash": _hash(token), "purpose": {"$in": sorted(purposes)}, "expiresAt": {"$gt": self.clock()}}
        return {"mailLinks": {"$elemMatch": link}}

    def _use(self, user: UserDocument, link: MailLink, event: Envelope, update: dict[str, object]) -> Written | None:
        unused = {"_id": user["_id"], "emailId": user["emailId"], "mailLinks.hash": link["hash"]}
        try:
            with self.mongo.guard():
                used = self.mongo.users.update_one(unused, update)
        except DuplicateKeyError:
            return None
        self.users.forget(str(user["_id"]))
        return Written(event, self.mongo.users, user["_id"]) if used.modified_count else None

    def _verified(self, event: Envelope) -> dict[str, object]:
        return {
            "$set": {"emailVerified": True, "updatedAt": self.clock()},
            "$pull": {"mailLinks": {"purpose": "verify"}},
            "$push": {"pendingEvents": pending(event, self.clock())},
        }

    def _new_address(self, user: UserDocument, link: MailLink, event: Envelope) -> dict[str, object]:
        """All links end: what was mailed to the former address must not open the account any more."""
        former = {"eventId": event.eventId, "emailId": user["emailId"]}
        return {
            "$set": {
                "emailId": link["emailId"],
                "emailVerified": True,
                "mailLinks": [],
                "updatedAt": self.clock(),
            },
            "$push": {
                "formerAddresses": {"$each": [former], "$slice": -FORMER_ADDRESSES},
                "pendingEvents": pending(event, self.clock()),
            },
        }

    def _is_taken(self, forms: list[str]) -> bool:
        with self.mongo.guard():
            return self.mongo.users.find_one({"emailId": {"$in": forms}}, {"_id": 1}) is not None


def _of(email: EmailDocument, purpose: LinkPurpose) -> dict[str, object]:
    """Return the condition for the account that an email is about, in the state that it was asked for in."""
    match purpose:
        case "verify":
            return {"_id": ObjectId(email["userId"]), "emailId": email["to"], "emailVerified": {"$ne": True}}
        case "change":
            # A new password ends the epoch: whoever asked with the former one may have stolen it.
            return {"_id": ObjectId(email["userId"]), "sessionEpoch": email["epoch"]}
        case "reset":
            return {"emailId": email["to"]}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
