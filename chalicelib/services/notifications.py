"""Notifications: what a user should hear of, also when offline."""

from collections.abc import Sequence

from pymongo import UpdateOne

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.models.documents import NotificationDocument


class Notifications:
    def __init__(self, store: MongoStore) -> None:
        self._store = store

    def add(self, notifications: Sequence[NotificationDocument]) -> None:
        """Store those that are new; one that is there already, and perhaps read, stays. Raises Unavailable."""
        with self._store.guard():
            self._store.notifications.bulk_write(
                [UpdateOne({"_id": one["_id"]}, {"$setOnInsert": one}, upsert=True) for one in notifications],
                ordered=False,
            )
