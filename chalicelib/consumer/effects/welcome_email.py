"""Welcomes new users by email. The text contains nothing that they wrote, as the address may be somebody else's."""

import logging
from collections.abc import Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import UserSignup
from chalicelib.stores.emails import Email, EmailStore

log = logging.getLogger(__name__)

SUBJECT = "Welcome to DevConnect"
TEXT = """Hello,

welcome to DevConnect. Complete your profile, find other developers, and write to them.

The DevConnect team
"""


class WelcomeEmail:
    """Puts an email into the outbox, once. `EmailSender.send_due` sends it, at least once.

    SES is not called here. While it is down or throttles, a signup would hold up its batch, and with it every other
    effect; or it would end among the dead letters through no fault of its own.
    """

    def __init__(self, outbox: EmailStore | None) -> None:
        """Without an outbox no emails are sent, and this logs a warning that says so."""
        self._outbox = outbox
        if outbox is None:
            log.warning("EMAIL_FROM is not set: no mails are sent.", extra={"action": "email_off"})

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        if self._outbox is not None:
            self._outbox.add([_welcome(event) for event in events])


def _welcome(event: Envelope) -> Email:
    signup = msgspec.convert(event.data, UserSignup)
    return Email(email_id=event.eventId, to=signup.emailId, subject=SUBJECT, text=TEXT)
