"""Writes the emails that tell a user of something, at the moment at which they are sent.

Only then is it decided whether there is still something to tell: whoever has left, has read it, has answered, has
blocked the other or wants no such mail gets none, however long it has waited.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.models.documents import EmailDocument, EmailKind
from chalicelib.models.mails import Mail, Template
from chalicelib.models.notification_mails import accepted_mail, missed_mail, request_mail
from chalicelib.models.notification_preferences import NotificationKind
from chalicelib.security.unsubscribe_links import UnsubscribeLinks
from chalicelib.services.missed_messages import MissedMessages
from chalicelib.stores.connections import ConnectionStore
from chalicelib.stores.notifications import NotificationStore
from chalicelib.stores.recipients import Recipient, Recipients

KINDS: dict[EmailKind, NotificationKind] = {
    "request": "connectionRequest",
    "accepted": "connectionAccepted",
    "missed": "message",
}
"""The kind of notification that each kind of email tells of."""


@dataclass(frozen=True)
class Postponed:
    """The email is not to be sent before that time: its receiver does not want to be disturbed."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class NotificationMails:
    """`public_url` is the address of the REST API as users reach it, below which the links of emails are."""

    recipients: Recipients
    connections: ConnectionStore
    notifications: NotificationStore
    missed: MissedMessages
    links: UnsubscribeLinks
    public_url: str
    clock: Clock

    def write(self, email: EmailDocument) -> Mail | Postponed | None:
        """Write an email of one of KINDS; None where it is not to be sent. Raises Unavailable."""
        user_id, kind = email["userId"], KINDS[email["kind"]]
        others = {email["fromUserId"]} if "fromUserId" in email else set()
        found = self.recipients.of({user_id} | others)
        user = found.get(user_id)
        if user is None or not user.verified or user.address != email["to"] or not user.preferences.of(kind).mail:
            return None
        until = user.preferences.quiet_until(self.clock())
        if until is not None:
            return Postponed(until)
        if email["kind"] == "missed":
            missed = self.missed.of(user_id, user, email.get("since"))
            template = missed_mail(user.first_name, missed) if missed else None
        else:
            template = self._about_connection(email, user, found)
        if template is None:
            return None
        return template.render(None, f"{self.public_url}/unsubscribe?token={self.links.sign(user_id, kind)}")

    def _about_connection(self, email: EmailDocument, user: Recipient, found: dict[str, Recipient]) -> Template | None:
        """The mail names its cause, so whoever has not confirmed an address of their own causes none."""
        user_id, other_id = email["userId"], email["fromUserId"]
        other = found.get(other_id)
        if other is None or not other.verified or other_id in user.blocked or user_id in other.blocked:
            return None
        notification = self.notifications.find(user_id, email["_id"])
        if notification is not None and notification["readAt"] is not None:
            return None
        connection = self.connections.find(user_id, other_id)
        status = connection["status"] if connection is not None else None
        if email["kind"] == "request":
            return request_mail(user.first_name, other.name) if status == "interested" else None
        return accepted_mail(user.first_name, other.name) if status == "accepted" else None
