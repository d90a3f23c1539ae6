"""Sends the emails of the outbox through SES, and tries again until SES has taken them.

While SES is down or throttles, nothing else waits for it, and the emails leave when it is back. An email is sent at
least once: SES cannot recognise a repeat, so a process that dies between SES's answer and the note of it sends twice.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.clients.aws import AwsClient
from chalicelib.clients.breaker import Breaker
from chalicelib.email_addresses import deliverable_address
from chalicelib.models.documents import EmailDocument, LinkPurpose
from chalicelib.models.mails import ACCOUNT_TEMPLATES, Mail
from chalicelib.services.notification_mails import KINDS, NotificationMails, Postponed
from chalicelib.settings.rate_limits import Limit
from chalicelib.stores.emails import EmailOutcome, EmailStore
from chalicelib.stores.mail_links import LIFETIMES, MailLinks

log = logging.getLogger(__name__)

BATCH = 50

_REFUSALS = frozenset({"MessageRejected", "BadRequestException"})
"""The errors that concern the email, not the service (SES API v2 reference, SendEmail)."""


@dataclass(frozen=True, kw_only=True)
class EmailSender:
    """`breaker` keeps a service that is down from costing a time-out for each email. `sender` is the From address.

    `public_url` is the address of the REST API as users reach it, below which the links of emails are. `limit` is how
    many emails of one kind an address gets, whoever causes them.
    """

    emails: EmailStore
    links: MailLinks
    notification_mails: NotificationMails
    public_url: str
    limit: Limit
    aws: AwsClient
    breaker: Breaker
    sender: str

    def send_due(self) -> int:
        """Send the emails that are due, BATCH at most, and return how many SES took.

        It stops at the first failure of the service, and so blocks for one time-out of SES at most. Several processes
        may call it at once. Raises Unavailable.
        """
        if not self.breaker.closed and not self.breaker.probe_is_due:
            return 0
        sent = 0
        for _ in range(BATCH):
            email = self.emails.claim()
            if email is None:
                break
            mail = self._write(email)
            if isinstance(mail, Postponed):
                self.emails.postpone(email["_id"], mail.until)
                continue
            outcome = "droppedAt" if mail is None else self._send(email, mail)
            if outcome is None:
                self.breaker.record_failure()
                break
            if mail is not None:
                self.breaker.record_success()
            self.emails.finish(email["_id"], outcome)
            sent += outcome == "sentAt"
        return sent

    def _write(self, email: EmailDocument) -> Mail | Postponed | None:
        """Write an email, with a new link of its own; None where it is not to be sent."""
        if email.get("kind") in KINDS:
            return None if self._has_enough(email, None) else self.notification_mails.write(email)
        # Emails of an earlier release have a text, and no kind.
        template = ACCOUNT_TEMPLATES.get(email.get("kind"))
        if template is None or self._has_enough(email, template.purpose):
            return None
        if template.purpose is None:
            return template.render(None, reason=email.get("reason"))
        token = self.links.issue(template.purpose, email)
        # Behind the #, so that no log and no Referer ever has it.
        return template.render(f"{self.public_url}/link#{template.purpose}={token}") if token else None

    def _has_enough(self, email: EmailDocument, purpose: LinkPurpose | None) -> bool:
        """Whether the address gets no more of this kind: it has had many, and the last link is still good.

        So whoever asks for somebody else's links again and again does not keep them from one of their own.
        """

        def sent(span: timedelta) -> int:
            return self.emails.sent_since(self.emails.clock() - span, to=email["to"], kind=email["kind"])

        if sent(timedelta(seconds=self.limit.seconds)) < self.limit.maximum:
            return False
        return purpose is None or sent(LIFETIMES[purpose]) > 0

    def _send(self, email: EmailDocument, mail: Mail) -> EmailOutcome | None:
        """None where the service failed: the email stays due. What is no address of a mailbox is refused here."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see AwsClient

        try:
            # SES reads more than an address here: from `free money<ada@example.org>` it would take a name to show.
            to = deliverable_address(email["to"])
        except ValueError as error:
            _log_failure(email, str(error))
            return "refusedAt"
        try:
            self.aws.email_api.send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": "UTF-8"},
                            "Html": {"Data": mail.html, "Charset": "UTF-8"},
                        },
                        "Headers": _headers(mail),
                    }
                },
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            _log_failure(email, code)
            return "refusedAt" if code in _REFUSALS else None
        except BotoCoreError as error:
            _log_failure(email, type(error).__name__)
            return None
        return "sentAt"


def _headers(mail: Mail) -> list[dict[str, str]]:
    """The headers by which a mail program ends mails of this kind with one click (RFC 8058, section 3.1)."""
    if mail.unsubscribe is None:
        return []
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{mail.unsubscribe}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]


def _log_failure(email: EmailDocument, reason: str) -> None:
    """Log why an email was not sent. The text of an error of SES would name the address."""
    log.warning("An email was not sent: %s", reason, extra={"action": "email_failed", "emailId": email["_id"]})
