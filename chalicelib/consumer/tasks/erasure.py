"""Erases what is personal about users who have left. The write that ended the account has emptied their own document.

What stays: messages in their place, and who was connected with whom or notified of what, all of which name the user by
a userId that leads to nobody any more.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from pymongo import ASCENDING

from chalicelib.clients.files.storage import FileStorage
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock
from chalicelib.consumer.tasks.exporting import file_of
from chalicelib.errors import FilesUnavailable, RedisUnavailable
from chalicelib.models.documents import LeftUserDocument
from chalicelib.stores.conversation_marks import archived_marks
from chalicelib.stores.exports import ExportStore

log = logging.getLogger(__name__)

SETTLED = timedelta(minutes=10)
"""How long an account is erased again and again: what was under way when it ended may still leave something."""

BATCH = 500
GONE = "A user who has left."
"""The text of a notification that named them."""


@dataclass(frozen=True)
class Erasure:
    """Every step may be repeated, so a process that dies in the middle is followed by one that begins again."""

    mongo: MongoDatabase
    redis: RedisClient
    exports: ExportStore
    files: FileStorage | None
    clock: Clock

    @property
    def steps(self) -> Sequence[Callable[[LeftUserDocument], bool]]:
        """What is done with each account. A step returns whether nothing is left for it to do."""
        return (
            self._end_connections,
            self._forget_names,
            self._delete_emails,
            self._delete_reminder,
            self._delete_marks,
            self._delete_subscriptions,
            self._delete_sessions,
            self._delete_feed,
            self._delete_export,
            self._empty_cases,
            self._forget_times,
        )

    def run(self) -> None:
        """Erase the accounts that ended, BATCH at most. Raises Unavailable."""
        with self.mongo.guard():
            ended = self.mongo.users.find({"erasure.at": {"$exists": True}}).sort("erasure.at", ASCENDING).limit(BATCH)
            left = cast("list[LeftUserDocument]", list(ended))
        for user in left:
            are_done = [step(user) for step in self.steps]
            if all(are_done) and self.clock() >= user["erasure"]["at"] + SETTLED:
                self._finish(user)

    def _end_connections(self, user: LeftUserDocument) -> bool:
        """Nobody's list shows them any more. Those that are ignored stay: nobody hears of that."""
        with self.mongo.guard():
            self.mongo.connections.update_many(
                {"userIds": str(user["_id"]), "status": {"$in": ["interested", "accepted"]}},
                [{"$set": {"leftStatus": "$status", "status": "left"}}],
            )
        return True

    def _forget_names(self, user: LeftUserDocument) -> bool:
        """Empty the texts of their notifications, and those that name them to others."""
        user_id = str(user["_id"])
        with self.mongo.guard():
            self.mongo.notifications.update_many({"userId": user_id}, {"$set": {"text": ""}})
            self.mongo.notifications.update_many({"fromUserId": user_id}, {"$set": {"text": GONE}})
        return True

    def _delete_emails(self, user: LeftUserDocument) -> bool:
        """Delete all but the one that tells them that their account has ended, which is deleted once it is sent."""
        addresses = {"$in": user["erasure"]["addresses"]}
        farewell = {"to": addresses, "kind": "left", "dueAt": {"$exists": True}}
        with self.mongo.guard():
            # Those with another userId are of whoever has signed up with the address since.
            self.mongo.emails.delete_many({"to": addresses, "userId": {"$exists": False}, "$nor": [farewell]})
            self.mongo.emails.delete_many({"userId": str(user["_id"])})
            # Of whoever has a former address by now, a link for a new password may be on its way.
            former = {"$in": user["erasure"].get("formerAddresses", [])}
            self.mongo.emails.delete_many({"to": former, "userId": {"$exists": False}, "dueAt": {"$exists": False}})
            return self.mongo.emails.find_one(farewell, {"_id": 1}) is None

    def _delete_reminder(self, user: LeftUserDocument) -> bool:
        """Nobody looks any more what they have missed."""
        with self.mongo.guard():
            self.mongo.missed_messages.delete_one({"_id": str(user["_id"])})
        return True

    def _delete_marks(self, user: LeftUserDocument) -> bool:
        """Which conversations they had muted or archived."""
        user_id = str(user["_id"])
        marks = {"muted": user_id, "archived": {"$in": archived_marks(user_id)}}
        with self.mongo.guard():
            self.mongo.conversations.update_many({"userIds": user_id}, {"$pull": marks})
        return True

    def _delete_subscriptions(self, user: LeftUserDocument) -> bool:
        """The browsers that they were told in by web push."""
        with self.mongo.guard():
            self.mongo.push_subscriptions.delete_many({"userId": str(user["_id"])})
        return True

    def _delete_sessions(self, user: LeftUserDocument) -> bool:
        """Sessions have the address of the client. One with a pending event waits for Kafka to have it."""
        of_user: dict[str, object] = {"userId": str(user["_id"])}
        with self.mongo.guard():
            self.mongo.sessions.delete_many({**of_user, "pendingEvents": {"$eq": []}})
            return self.mongo.sessions.find_one(of_user, {"_id": 1}) is None

    def _delete_feed(self, user: LeftUserDocument) -> bool:
        """Delete the lists of whom they might know. Nobody's feed shows them, as their document says that they left."""
        with self.mongo.guard():
            self.mongo.feeds.delete_one({"_id": str(user["_id"])})
        return True

    def _delete_export(self, user: LeftUserDocument) -> bool:
        """Delete their export with its file. Whoever makes another one meanwhile finds no request, and deletes that."""
        export = self.exports.find(str(user["_id"]))
        if export is None:
            return True
        keys = [export.get("key"), file_of(export["attempt"]) if "attempt" in export else None]
        try:
            for key in keys:
                if key is not None and self.files is not None:
                    self.files.delete(key)
        except FilesUnavailable:
            return False
        return self.exports.delete(export)

    def _empty_cases(self, user: LeftUserDocument) -> bool:
        """What they showed of themselves goes, and what they have written of others; messages stay, as they do."""
        user_id = str(user["_id"])
        with self.mongo.guard():
            self.mongo.cases.update_many({"userId": user_id}, {"$unset": {"profile": ""}})
            self.mongo.cases.update_many(
                {"reports.userId": user_id},
                {"$unset": {"reports.$[own].note": ""}},
                array_filters=[{"own.userId": user_id}],
            )
        return True

    def _forget_times(self, user: LeftUserDocument) -> bool:
        """While Redis is down, all else is erased meanwhile."""
        try:
            self.redis.delete(*(f"user:{user['_id']}:{name}" for name in ("last_seen", "last_login")))
        except RedisUnavailable:
            return False
        return True

    def _finish(self, user: LeftUserDocument) -> None:
        with self.mongo.guard():
            self.mongo.users.update_one({"_id": user["_id"]}, {"$unset": {"erasure": ""}})
        log.info("An account is erased.", extra={"action": "account_erased"})
