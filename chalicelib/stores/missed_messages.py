"""Reminders to look whether a user has missed messages. What they have missed stands in their conversations alone.

So a reminder too many does no harm: whoever looks finds nothing that is unread.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock, milliseconds
from chalicelib.models.documents import ReminderDocument

UNREAD_FOR = timedelta(minutes=15)
"""How long a message must be unread to count as missed."""

BETWEEN_MAILS = timedelta(hours=4)
"""At most one mail in this time tells a user of missed messages."""

KEPT = timedelta(days=8)
"""As long as an email: what nobody has read by then is not news."""

BATCH = 50


@dataclass(frozen=True)
class Reminders:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def set(self, user_ids: Collection[str]) -> None:
        """Have these users looked at, once their messages are unread for long enough; a reminder that is set stays."""
        now = self.clock()
        after_the_last = {"$add": ["$mailedAt", int(BETWEEN_MAILS / timedelta(milliseconds=1))]}
        due_at = {"$ifNull": ["$dueAt", {"$max": [now + UNREAD_FOR, after_the_last]}]}
        with self.mongo.guard():
            self.mongo.missed_messages.bulk_write(
                [
                    UpdateOne({"_id": user_id}, [{"$set": {"dueAt": due_at, "expiresAt": now + KEPT}}], upsert=True)
                    for user_id in sorted(user_ids)
                ],
                ordered=False,
            )

    def due(self) -> list[ReminderDocument]:
        """Return the reminders that are due, BATCH at most, the oldest first."""
        with self.mongo.guard():
            found = self.mongo.missed_messages.find({"dueAt": {"$lte": self.clock()}})
            return list(found.sort("dueAt", ASCENDING).limit(BATCH))

    def postpone(self, reminder: ReminderDocument, until: datetime) -> None:
        """Have it due later."""
        with self.mongo.guard():
            self.mongo.missed_messages.update_one(_same(reminder), {"$set": {"dueAt": until}})

    def close(self, reminder: ReminderDocument, *, mailed: bool) -> None:
        """Take it back, as somebody has looked. Where they are `mailed`, the next mail follows after BETWEEN_MAILS."""
        note = {"$set": {"mailedAt": self.clock()}} if mailed else {}
        with self.mongo.guard():
            self.mongo.missed_messages.update_one(_same(reminder), {"$unset": {"dueAt": ""}, **note})


def email_id(reminder: ReminderDocument) -> str:
    """The id of the mail that a reminder leads to: whoever looks again because of it makes the same mail."""
    return f"{reminder['_id']} missed {milliseconds(reminder['dueAt'])}"


def _same(reminder: ReminderDocument) -> dict[str, object]:
    """The condition that no other consumer has postponed or closed it meanwhile."""
    return {"_id": reminder["_id"], "dueAt": reminder["dueAt"]}
