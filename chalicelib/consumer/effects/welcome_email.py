"""A welcome by mail. It says nothing that who signed up has written: the address may be somebody else's."""

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
    """Puts a mail into the outbox, once; `EmailSender.send_due` sends it, at least once.

    SES is not called here: while it is down or throttles, each signup would hold its batch for as long as it takes,
    and with it every other effect, or end among the dead letters for no fault of its own.
    """

    def __init__(self, outbox: EmailStore | None) -> None:
        """Without an outbox there are no mails, which is said here and nowhere else."""
        self._outbox = outbox
        if outbox is None:
            log.warning("EMAIL_FROM is not set: no mails are sent.", extra={"action": "email_off"})

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        signups = [event for event in events if event.eventType == "USER_SIGNUP"]
        if self._outbox is not None and signups:
            self._outbox.add([_welcome(event) for event in signups])


def _welcome(event: Envelope) -> Email:
    signup = msgspec.convert(event.data, UserSignup)
    return Email(email_id=event.eventId, to=signup.emailId, subject=SUBJECT, text=TEXT)
