"""The outbox of emails: each is stored first, and taken out by whoever sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pymongo import ASCENDING, ReturnDocument, UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models.documents import EmailDocument

KEPT = timedelta(days=8)
"""As long as an event can be delivered again, so that its email is still known. Unsent emails are dropped then."""

TRY_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Email:
    """A plain-text email. `email_id` is the eventId of its cause, so a repeated event is the same email."""

    email_id: str
    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class EmailStore:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def add(self, emails: Sequence[Email]) -> None:
        """Store emails to be sent. An email that is stored already, and perhaps sent, stays as it is."""
        now = self.clock()
        documents = [
            EmailDocument(
                _id=email.email_id,
                to=email.to,
                subject=email.subject,
                text=email.text,
                createdAt=now,
                dueAt=now,
                expiresAt=now + KEPT,
            )
            for email in emails
        ]
        with self.mongo.guard():
            self.mongo.emails.bulk_write(
                [UpdateOne({"_id": email["_id"]}, {"$setOnInsert": email}, upsert=True) for email in documents],
                ordered=False,
            )

    def claim(self) -> EmailDocument | None:
        """Claim a due email for TRY_AGAIN_AFTER, during which nobody else sends it; None where none is due."""
        now = self.clock()
        with self.mongo.guard():
            return self.mongo.emails.find_one_and_update(
                {"dueAt": {"$lte": now}},
                {"$set": {"dueAt": now + TRY_AGAIN_AFTER}},
                sort=[("dueAt", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )

    def finish(self, email_id: str, outcome: Literal["sentAt", "refusedAt"]) -> None:
        """Note that an email was sent, or refused for good: it is no longer due."""
        with self.mongo.guard():
            self.mongo.emails.update_one({"_id": email_id}, {"$set": {outcome: self.clock()}, "$unset": {"dueAt": ""}})
