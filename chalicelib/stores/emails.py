"""The outbox of emails: each is stored first, and taken out by whoever sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pymongo import ASCENDING, ReturnDocument, UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models.documents import EmailDocument, EmailKind
from chalicelib.models.fields import Reason

KEPT = timedelta(days=8)
"""As long as an event can be delivered again, so that its email is still known. Unsent emails are dropped then."""

EmailOutcome = Literal["sentAt", "refusedAt", "droppedAt"]
"""What became of an email: SES took it, SES refused it for good, or it was not worth sending."""

TRY_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Email:
    """An email to be sent. `email_id` is the eventId of its cause, so a repeated event is the same email.

    Its text, and the link in it, are made when it is sent: nothing that is stored opens anything. Where it matters,
    `epoch` is the user's session epoch in which it was asked for, `reason` why a moderator has acted, and `other_forms`
    are those of `to` that accounts of an earlier release may have. A mail about a connection is about `from_user_id`,
    one about missed messages of what has changed after `since`.
    """

    email_id: str
    to: str
    kind: EmailKind
    user_id: str | None = None
    epoch: int | None = None
    from_user_id: str | None = None
    since: datetime | None = None
    reason: Reason | None = None
    other_forms: Sequence[str] = ()

    def document(self, now: datetime) -> EmailDocument:
        document = EmailDocument(
            _id=self.email_id, to=self.to, kind=self.kind, createdAt=now, dueAt=now, expiresAt=now + KEPT
        )
        if self.user_id is not None:
            document["userId"] = self.user_id
        if self.epoch is not None:
            document["epoch"] = self.epoch
        if self.from_user_id is not None:
            document["fromUserId"] = self.from_user_id
        if self.since is not None:
            document["since"] = self.since
        if self.reason is not None:
            document["reason"] = self.reason
        if self.other_forms:
            document["otherForms"] = list(self.other_forms)
        return document


@dataclass(frozen=True)
class EmailStore:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def add(self, emails: Sequence[Email]) -> None:
        """Store emails to be sent. An email that is stored already, and perhaps sent, stays as it is."""
        now = self.clock()
        documents = [email.document(now) for email in emails]
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

    def postpone(self, email_id: str, until: datetime) -> None:
        """Have an email due at a later time, for as long as it is kept."""
        with self.mongo.guard():
            self.mongo.emails.update_one({"_id": email_id, "dueAt": {"$exists": True}}, {"$set": {"dueAt": until}})

    def sent_since(self, since: datetime, *, to: str, kind: EmailKind) -> int:
        """Count the emails of a kind that were sent to an address since then."""
        with self.mongo.guard():
            return self.mongo.emails.count_documents({"to": to, "kind": kind, "sentAt": {"$gte": since}})

    def finish(self, email_id: str, outcome: EmailOutcome) -> None:
        """Note that an email was sent, refused for good, or dropped: it is no longer due."""
        with self.mongo.guard():
            self.mongo.emails.update_one({"_id": email_id}, {"$set": {outcome: self.clock()}, "$unset": {"dueAt": ""}})
