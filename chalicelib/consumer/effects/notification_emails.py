"""Tells users by email what they are notified of. The text is written when it is sent, if there is a reason still."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import EmailKind
from chalicelib.models.event_types import Notification
from chalicelib.stores.emails import Email, EmailStore
from chalicelib.stores.missed_messages import Reminders
from chalicelib.stores.recipients import Recipient, Recipients

_EMAILS: dict[str, EmailKind] = {
    "CONNECTION_REQUEST_NOTIFICATION": "request",
    "CONNECTION_ACCEPTED_NOTIFICATION": "accepted",
}


class NotificationEmails:
    """Puts emails about connections into the outbox, once, and sets a reminder for whoever was written to.

    Whoever wants no such mail, or has no confirmed address, gets none: `NotificationMails.write` decides that when the
    mail is due, as much may change until then.
    """

    def __init__(self, recipients: Recipients, reminders: Reminders, outbox: EmailStore | None) -> None:
        """Without an outbox no emails are sent."""
        self._recipients = recipients
        self._reminders = reminders
        self._outbox = outbox

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        if self._outbox is None:
            return
        found = self._recipients.of({event.userId for event in events})
        users = {user_id: user for user_id, user in found.items() if user.verified}
        emails = list(_about_connections(events, users))
        if emails:
            self._outbox.add(emails)
        missed = {
            event.userId
            for event in events
            if event.eventType == "MESSAGE_NOTIFICATION"
            and event.userId in users
            and users[event.userId].preferences.message.mail
        }
        if missed:
            self._reminders.set(missed)


def _about_connections(events: Sequence[Envelope], users: Mapping[str, Recipient]) -> Iterator[Email]:
    for event in events:
        user = users.get(event.userId)
        if user is not None and event.eventType in _EMAILS:
            yield Email(
                email_id=event.eventId,
                to=user.address,
                kind=_EMAILS[event.eventType],
                user_id=event.userId,
                from_user_id=msgspec.convert(event.data, Notification).fromUserId,
            )
