"""Notifications in MongoDB, which a user can read even if they were offline at the time."""

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
        """Store notifications. One that is stored already, and perhaps read, stays as it is."""
        with self.mongo.guard():
            self.mongo.notifications.bulk_write(
                [
                    UpdateOne({"_id": notification["_id"]}, {"$setOnInsert": notification}, upsert=True)
                    for notification in notifications
                ],
                ordered=False,
            )

    def find(self, user_id: str, notification_id: str) -> NotificationDocument | None:
        with self.mongo.guard():
            return self.mongo.notifications.find_one({"_id": notification_id, "userId": user_id})

    def newest(self, user_id: str, limit: int, before: NotificationDocument | None) -> list[NotificationDocument]:
        """Return a user's notifications, the newest first; with `before`, those that follow it in this order."""
        query: dict[str, object] = {"userId": user_id}
        if before is not None:
            query |= older_than("createdAt", before["createdAt"], before["_id"])
        with self.mongo.guard():
            return list(self.mongo.notifications.find(query).sort(_NEWEST_FIRST).limit(limit))

    def unread(self, user_id: str) -> int:
        """Count the unread notifications, up to MAX_UNREAD, which stands for that many or more."""
        with self.mongo.guard():
            return self.mongo.notifications.count_documents(
                {"userId": user_id, "readAt": None}, limit=fields.MAX_UNREAD
            )

    def mark_read(self, user_id: str, notification_ids: Collection[str]) -> None:
        """Mark a user's notifications as read now; those that were read before keep their time."""
        with self.mongo.guard():
            self.mongo.notifications.update_many(
                {"_id": {"$in": list(notification_ids)}, "userId": user_id, "readAt": None},
                {"$set": {"readAt": self.clock()}},
            )
