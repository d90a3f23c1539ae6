"""Mails on their way to SES: stored first, then sent by whoever comes by, again and again until SES has taken them.

So a mail service that is down or throttles holds up nothing else, and its mails leave when it is back. A mail is sent
at least once: SES has no way to tell a repeat, and who dies between its answer and the note of it sends a second one.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pymongo import ASCENDING, ReturnDocument, UpdateOne

from chalicelib.clients.aws_client import AwsClient
from chalicelib.clients.breaker import Breaker
from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clock import Clock
from chalicelib.models.documents import EmailDocument

log = logging.getLogger(__name__)

KEPT = timedelta(days=8)
"""As long as an event can come again, so that its mail is known. What SES has not taken by then is given up."""

TRY_AGAIN_AFTER = timedelta(minutes=1)
BATCH = 50

_REFUSALS = frozenset({"MessageRejected", "BadRequestException"})
"""The errors that are about the mail, not about the service (SES API v2 reference, SendEmail)."""


@dataclass(frozen=True)
class Email:
    """A mail in plain text. `email_id` is that of the event it comes from: a repeat is the same mail."""

    email_id: str
    to: str
    subject: str
    text: str


class EmailOutbox:
    """`breaker` keeps a service that is down from costing a time-out for each mail."""

    def __init__(self, store: MongoStore, aws: AwsClient, breaker: Breaker, clock: Clock, sender: str) -> None:
        self._store = store
        self._aws = aws
        self._breaker = breaker
        self._clock = clock
        self._sender = sender

    def add(self, emails: Sequence[Email]) -> None:
        """Store mails to be sent; one that is there already, and perhaps sent, stays. Raises Unavailable."""
        now = self._clock()
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
        with self._store.guard():
            self._store.emails.bulk_write(
                [UpdateOne({"_id": one["_id"]}, {"$setOnInsert": one}, upsert=True) for one in documents],
                ordered=False,
            )

    def send_due(self) -> int:
        """Send the mails whose time has come, BATCH at most; returns how many SES took.

        It ends at the first failure of the service, and so blocks for one time-out of it at most. Several processes
        may call it at once. Raises Unavailable.
        """
        if not self._breaker.closed and not self._breaker.probe_is_due:
            return 0
        sent = 0
        for _ in range(BATCH):
            email = self._claim()
            if email is None:
                break
            outcome = self._send(email)
            if outcome is None:
                self._breaker.failed()
                break
            self._breaker.succeeded()
            self._finish(email, outcome)
            sent += outcome == "sentAt"
        return sent

    def _claim(self) -> EmailDocument | None:
        """Take a due mail for TRY_AGAIN_AFTER, in which nobody else sends it."""
        now = self._clock()
        with self._store.guard():
            return self._store.emails.find_one_and_update(
                {"dueAt": {"$lte": now}},
                {"$set": {"dueAt": now + TRY_AGAIN_AFTER}},
                sort=[("dueAt", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )

    def _finish(self, email: EmailDocument, outcome: Literal["sentAt", "refusedAt"]) -> None:
        with self._store.guard():
            self._store.emails.update_one(
                {"_id": email["_id"]}, {"$set": {outcome: self._clock()}, "$unset": {"dueAt": ""}}
            )

    def _send(self, email: EmailDocument) -> Literal["sentAt", "refusedAt"] | None:
        """None where the service failed: the mail stays due."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see AwsClient

        try:
            self._aws.email_api.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [email["to"]]},
                Content={
                    "Simple": {
                        "Subject": {"Data": email["subject"], "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": email["text"], "Charset": "UTF-8"}},
                    }
                },
            )
        except ClientError as error:
            refused = error.response["Error"]["Code"] in _REFUSALS
            log.warning("A mail was not taken: %s", error, extra={"action": "email_failed", "emailId": email["_id"]})
            return "refusedAt" if refused else None
        except BotoCoreError as error:
            log.warning("A mail was not taken: %s", error, extra={"action": "email_failed", "emailId": email["_id"]})
            return None
        return "sentAt"
