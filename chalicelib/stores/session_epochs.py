"""A user's session epoch: a session is open only in the epoch in which it began, so a new epoch ends them all."""

from collections.abc import Mapping
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import ErasureDocument, SuspensionDocument
from chalicelib.models.fields import Reason
from chalicelib.models.profile import empty_profile
from chalicelib.stores.users import NOT_SUSPENDED, USER, LoginRecord, User, UserStore


@dataclass(frozen=True)
class SessionEpochs:
    """Each method is one write, conditional on the epoch in which `user` was read: of two at once, one succeeds.

    So a request of a session that has ended meanwhile changes nothing. The methods return None where that epoch is
    over, and raise Unavailable.
    """

    mongo: MongoDatabase
    users: UserStore
    clock: Clock

    def begin(self, user: User) -> Written | None:
        """Begin the next epoch, with its USER_LOGOUT."""
        return self._begin(user, "logout_all", {}, {})

    def begin_with_password(self, user: User, *, verified: bytes, new: bytes, network: str) -> Written | None:
        """Begin the next epoch and set a new password hash; None also where `verified` is no longer the hash.

        The account then knows `network` alone, as whoever had the old password may have logged in from the others, and
        no mailed link is good any more, as they may have asked for it.
        """
        change: dict[str, object] = {"passwordHash": new, "knownNetworks": [network], "mailLinks": []}
        return self._begin(user, "password_changed", {"passwordHash": verified}, change)

    def begin_with_reset(self, user: User, unused: dict[str, object], *, new: bytes, network: str) -> Written | None:
        """Begin the next epoch with a new password hash; None also where the user does not match `unused` any more.

        That is the condition that their link was not used yet. All mailed links end. Whoever had one reads the mail to
        this address, so it counts as confirmed.
        """
        change: dict[str, object] = {
            "passwordHash": new,
            "knownNetworks": [network],
            "mailLinks": [],
            "emailVerified": True,
        }
        return self._begin(user, "password_reset", {"emailId": user.emailId, **unused}, change)

    def begin_with_erasure(self, record: LoginRecord) -> Written | None:
        """Begin the epoch in which there is no account: nothing personal stays in the user's document.

        But for their addresses, which lead the consumer to their emails. The document is replaced, so that fields go
        too that a later release has written and this one does not know. None also where the password has changed since
        the record was read.
        """
        user, now = record.user, self.clock()
        left: dict[str, object] = {
            **empty_profile(),
            "searchTerms": [],
            "firstName": "Deleted",
            "lastName": "user",
            # No address has this form; the index of addresses is unique.
            "emailId": f"{user.userId} has left",
            "emailVerified": False,
            "passwordHash": b"",
            "mailLinks": [],
            "formerAddresses": [],
            "knownNetworks": [],
            "blocked": [],
            "messagesFrom": "everyone",
            "presenceFor": "everyone",
            "lastSeenFor": "everyone",
            "notify": {},
            "role": USER,
            "deletedAt": now,
            "erasure": ErasureDocument(addresses=[user.emailId], formerAddresses=record.former_addresses, at=now),
        }
        event = self._logout(user, "account_deleted")
        document = {
            "_id": "$_id",
            "createdAt": "$createdAt",
            "updatedAt": now,
            "sessionEpoch": {"$add": ["$sessionEpoch", 1]},
            "pendingEvents": {"$concatArrays": ["$pendingEvents", {"$literal": [pending(event, now)]}]},
            **{name: {"$literal": value} for name, value in left.items()},
        }
        return self._write(user, event, {"passwordHash": record.password_hash}, [{"$replaceWith": document}])

    def begin_with_suspension(self, user: User, case_id: str, reason: Reason) -> Written | None:
        """Begin an epoch in which nobody logs in, until the suspension by this case ends.

        No mailed link is good any more. None also where the user is suspended, has left, or was reinstated after that
        act.
        """
        condition: dict[str, object] = {
            **NOT_SUSPENDED,
            "deletedAt": {"$exists": False},
            "liftedCases": {"$ne": case_id},
        }
        suspension = SuspensionDocument(caseId=case_id, reason=reason, at=self.clock())
        return self._begin(user, "suspended", condition, {"suspension": suspension, "mailLinks": []})

    def _begin(
        self, user: User, reason: str, condition: dict[str, object], change: dict[str, object]
    ) -> Written | None:
        event = self._logout(user, reason)
        update = {
            "$inc": {"sessionEpoch": 1},
            "$set": {"updatedAt": self.clock(), **change},
            "$push": {"pendingEvents": pending(event, self.clock())},
        }
        return self._write(user, event, condition, update)

    def _logout(self, user: User, reason: str) -> Envelope:
        return new_event("USER_LOGOUT", user.userId, self.clock, reason=reason, epoch=user.sessionEpoch + 1)

    def _write(
        self,
        user: User,
        event: Envelope,
        condition: dict[str, object],
        update: Mapping[str, object] | list[Mapping[str, object]],
    ) -> Written | None:
        user_id = ObjectId(user.userId)
        with self.mongo.guard():
            begun = self.mongo.users.update_one(
                {"_id": user_id, "sessionEpoch": user.sessionEpoch, **condition}, update
            )
        # Even if nothing changed: a caller with an epoch that is over read it from a stale copy.
        self.users.forget(user.userId)
        if not begun.modified_count:
            return None
        return Written(event, self.mongo.users, user_id)
