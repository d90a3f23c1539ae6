"""Notifications in MongoDB: what a user should hear of, also when offline."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pymongo import DESCENDING, UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models import fields
from chalicelib.models.documents import NotificationDocument
from chalicelib.stores.paging import older_than

_NEWEST_FIRST = [("createdAt", DESCENDING), ("_id", DESCENDING)]


@dataclass(frozen=True)
class NotificationStore:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def add(self, notifications: Sequence[NotificationDocument]) -> None:
        """Store those that are new; one that is there already, and perhaps read, stays."""
        with self.mongo.guard():
            self.mongo.notifications.bulk_write(
                [UpdateOne({"_id": one["_id"]}, {"$setOnInsert": one}, upsert=True) for one in notifications],
                ordered=False,
            )

    def find(self, user_id: str, notification_id: str) -> NotificationDocument | None:
        with self.mongo.guard():
            return self.mongo.notifications.find_one({"_id": notification_id, "userId": user_id})

    def newest(self, user_id: str, limit: int, before: NotificationDocument | None) -> list[NotificationDocument]:
        """A user's notifications, the newest first; with `before`, those that come after it in this order."""
        which: dict[str, object] = {"userId": user_id}
        if before is not None:
            which |= older_than("createdAt", before["createdAt"], before["_id"])
        with self.mongo.guard():
            return list(self.mongo.notifications.find(which).sort(_NEWEST_FIRST).limit(limit))

    def unread(self, user_id: str) -> int:
        """How many are unread, MAX_UNREAD at most: it stands for as many or more."""
        with self.mongo.guard():
            return self.mongo.notifications.count_documents(
                {"userId": user_id, "readAt": None}, limit=fields.MAX_UNREAD
            )

    def mark_read(self, user_id: str, notification_ids: Collection[str]) -> None:
        """Note that a user's notifications were read now; those that were read before keep their time."""
        with self.mongo.guard():
            self.mongo.notifications.update_many(
                {"_id": {"$in": list(notification_ids)}, "userId": user_id, "readAt": None},
                {"$set": {"readAt": self.clock()}},
            )
