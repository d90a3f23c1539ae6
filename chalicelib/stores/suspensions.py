"""Suspensions: what an act on a case does to the user whom it is about.

The case decides, and this follows: the request of the moderator does it, and the effect of the act's event does it
again, as the request may have died. An act that arrives late must not undo a later one, so a user knows the cases whose
suspension has ended, also where it ended before it began.
"""

from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.events.outbox import Written
from chalicelib.models.fields import Reason
from chalicelib.stores.session_epochs import SessionEpochs
from chalicelib.stores.users import NOT_SUSPENDED, UserStore, user_of

LIFTED = 20
"""How many ended suspensions a user's document remembers: more than moderators make while an event is under way."""

ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Suspensions:
    """Every method raises Unavailable, and may be repeated."""

    mongo: MongoDatabase
    users: UserStore
    session_epochs: SessionEpochs
    clock: Clock

    def begin(self, user_id: str, case_id: str, reason: Reason) -> Written | None:
        """Suspend a user, and end all their sessions, with one USER_LOGOUT.

        None where they are suspended, have left, or were reinstated after this act.
        """
        wanted = {
            "_id": ObjectId(user_id),
            "deletedAt": {"$exists": False},
            "liftedCases": {"$ne": case_id},
            **NOT_SUSPENDED,
        }
        for _ in range(ATTEMPTS):
            with self.mongo.guard():
                document = self.mongo.users.find_one(wanted)
            if document is None:
                self.users.forget(user_id)  # an earlier attempt may have died before it did that
                return None
            written = self.session_epochs.begin_with_suspension(user_of(document), case_id, reason)
            if written is not None:
                return written
        raise Unavailable  # their sessions end again and again meanwhile

    def end(self, user_id: str, case_id: str) -> Written | None:
        """End the suspension by this case, whether or not it has begun. The user logs in again: no session returns.

        Two moderators may have suspended them at once, by two cases. Then the other one still holds, which is as if it
        began now: its USER_LOGOUT is returned.
        """
        remembered = {"$slice": [{"$concatArrays": [{"$ifNull": ["$liftedCases", []]}, [case_id]]}, -LIFTED]}
        with self.mongo.guard():
            self.mongo.users.update_one(
                {"_id": ObjectId(user_id), "liftedCases": {"$ne": case_id}},
                [
                    {
                        "$set": {
                            "liftedCases": remembered,
                            "suspension": {
                                "$cond": [{"$eq": ["$suspension.caseId", case_id]}, "$$REMOVE", "$suspension"]
                            },
                            "updatedAt": self.clock(),
                        }
                    }
                ],
            )
        self.users.forget(user_id)
        with self.mongo.guard():
            other = self.mongo.cases.find_one(
                {"userId": user_id, "status": "suspended", "_id": {"$ne": ObjectId(case_id)}}
            )
        return None if other is None else self.begin(user_id, str(other["_id"]), other["acts"][-1]["reason"])
