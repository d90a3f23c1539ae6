"""Notifications in MongoDB, which a user can read even if they were offline at the time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pymongo import DESCENDING, UpdateOne
from pymongo.errors import BulkWriteError

from chalicelib.clients.mongo.database import DUPLICATE_KEY, MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models import fields
from chalicelib.models.documents import MessageNotificationDocument, NotificationDocument
from chalicelib.stores.paging import older_than

_HIDDEN, _SHOWN = {"hidden": True}, {"hidden": {"$ne": True}}
"""Those that a user did not want to see are stored too, so that the audit finds one for each event."""

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

    def add_messages(self, notifications: Sequence[MessageNotificationDocument]) -> list[MessageNotificationDocument]:
        """Store notifications of messages, and return those that are new.

        A sender has one unread notification at most, and one that is hidden, which stands for all their messages until
        it is read: else one stranger could fill the list. A message that a notification stands for already changes
        nothing, in whatever order and however often messages come: the greatest `seq` of a sender is that of the unread
        one.
        """
        with self.mongo.guard():
            self._extend_unread(notifications)
            upserted, repeated = self._insert_uncovered(notifications)
            if repeated:
                # Another consumer has inserted one in between, as at a rebalance, and perhaps for fewer messages.
                self._extend_unread(notifications)
        return [notifications[place] for place in upserted]

    def _extend_unread(self, notifications: Sequence[MessageNotificationDocument]) -> None:
        self.mongo.notifications.bulk_write(
            [
                UpdateOne(
                    {"userId": notification["userId"], "readAt": None, "fromUserId": notification["fromUserId"]}
                    | {"type": notification["type"], **(_HIDDEN if "hidden" in notification else _SHOWN)},
                    {"$max": {"seq": notification["seq"], "createdAt": notification["createdAt"]}},
                )
                for notification in notifications
            ],
            ordered=False,
        )

    def _insert_uncovered(self, notifications: Sequence[MessageNotificationDocument]) -> tuple[list[int], bool]:
        """Insert those of messages that no notification stands for.

        Return the places of those that were inserted, and whether one had been inserted under its id before.
        """
        upserts = [
            UpdateOne(
                {"userId": notification["userId"], "fromUserId": notification["fromUserId"]}
                | {"seq": {"$gte": notification["seq"]}},
                {"$setOnInsert": notification},
                upsert=True,
            )
            for notification in notifications
        ]
        try:
            written = self.mongo.notifications.bulk_write(upserts, ordered=False)
        except BulkWriteError as error:
            if any(failed["code"] != DUPLICATE_KEY for failed in error.details["writeErrors"]):
                raise
            return [upserted["index"] for upserted in error.details["upserted"]], True
        return list(written.upserted_ids or {}), False

    def find(self, user_id: str, notification_id: str) -> NotificationDocument | None:
        with self.mongo.guard():
            return self.mongo.notifications.find_one({"_id": notification_id, "userId": user_id})

    def newest(self, user_id: str, limit: int, before: NotificationDocument | None) -> list[NotificationDocument]:
        """Return a user's notifications, the newest first; with `before`, those that follow it in this order."""
        query: dict[str, object] = {"userId": user_id, **_SHOWN}
        if before is not None:
            query |= older_than("createdAt", before["createdAt"], before["_id"])
        with self.mongo.guard():
            return list(self.mongo.notifications.find(query).sort(_NEWEST_FIRST).limit(limit))

    def unread(self, user_id: str) -> int:
        """Count the unread notifications, up to MAX_UNREAD, which stands for that many or more."""
        with self.mongo.guard():
            return self.mongo.notifications.count_documents(
                {"userId": user_id, "readAt": None, **_SHOWN}, limit=fields.MAX_UNREAD
            )

    def mark_read(self, user_id: str, notification_ids: Collection[str]) -> None:
        """Mark a user's notifications as read now; those that were read before keep their time."""
        with self.mongo.guard():
            self.mongo.notifications.update_many(
                {"_id": {"$in": list(notification_ids)}, "userId": user_id, "readAt": None},
                {"$set": {"readAt": self.clock()}},
            )
