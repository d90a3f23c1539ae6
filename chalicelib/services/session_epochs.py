"""A user's session epoch: a session is open only in the epoch in which it began, so the next one ends them all."""

from bson import ObjectId

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clock import Clock
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.services.users import User, Users


class SessionEpochs:
    """Each method is one write, from the epoch in which `user` was read: of two at once, one is taken.

    So a request of a session that has ended meanwhile changes nothing. They return None where the epoch is over, and
    raise Unavailable.
    """

    def __init__(self, store: MongoStore, users: Users, clock: Clock) -> None:
        self._store = store
        self._users = users
        self._clock = clock

    def begin(self, user: User) -> Written | None:
        """Begin the next epoch, with its USER_LOGOUT."""
        return self._begin(user, "logout_all", {}, {})

    def begin_with_password(self, user: User, *, verified: bytes, new: bytes) -> Written | None:
        """The same together with a new password hash; None also where `verified` is no longer the hash."""
        return self._begin(user, "password_changed", {"passwordHash": verified}, {"passwordHash": new})

    def _begin(
        self, user: User, reason: str, condition: dict[str, object], change: dict[str, object]
    ) -> Written | None:
        user_id, epoch = ObjectId(user.userId), user.sessionEpoch
        event = new_event("USER_LOGOUT", user.userId, self._clock, reason=reason, epoch=epoch + 1)
        with self._store.guard():
            begun = self._store.users.update_one(
                {"_id": user_id, "sessionEpoch": epoch, **condition},
                {
                    "$inc": {"sessionEpoch": 1},
                    "$set": {"updatedAt": self._clock(), **change},
                    "$push": {"pendingEvents": pending(event, self._clock)},
                },
            )
        # Also where nothing changed: who comes with an epoch that is over has it from a copy that is to go.
        self._users.forget(user.userId)
        if not begun.modified_count:
            return None
        return Written(event, self._store.users, user_id)
