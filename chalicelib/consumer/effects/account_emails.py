"""Tells users by email what concerns their accounts. The address is read from MongoDB, as no event carries one."""

import logging
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import EmailKind
from chalicelib.models.event_types import ModeratorActedFor
from chalicelib.stores.email_addresses import EmailAddresses
from chalicelib.stores.emails import Email, EmailStore

log = logging.getLogger(__name__)

_NEW_PASSWORD = frozenset({"password_changed", "password_reset"})
"""The reasons of a USER_LOGOUT with which a password has changed."""

_OF_MODERATORS: Mapping[str, EmailKind] = {
    "USER_WARNED": "warned",
    "USER_SUSPENDED": "suspended",
    "USER_REINSTATED": "reinstated",
}


class AccountEmails:
    """Puts emails into the outbox, once. `EmailSender.send_due` sends them, at least once.

    SES is not called here. While it is down or throttles, a signup would hold up its batch, and with it every other
    effect; or it would end among the dead letters through no fault of its own.
    """

    def __init__(self, addresses: EmailAddresses, outbox: EmailStore | None) -> None:
        """Without an outbox no emails are sent, and this logs a warning that says so."""
        self._addresses = addresses
        self._outbox = outbox
        if outbox is None:
            log.warning(
                "EMAIL_FROM is not set: no mails are sent, and no address is confirmed.", extra={"action": "email_off"}
            )

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        if self._outbox is None:
            return
        emails = list(self._emails(events))
        if emails:
            self._outbox.add(emails)

    def _emails(self, events: Sequence[Envelope]) -> Iterator[Email]:
        """Yield the emails of users who still have an account, and of those who have just ended it."""
        yield from self._farewells([event for event in events if event.data.get("reason") == "account_deleted"])
        users = self._addresses.of({event.userId for event in events})
        for event in events:
            user = users.get(event.userId)
            if user is None:
                continue
            match event.eventType:
                case "USER_SIGNUP":
                    yield Email(email_id=event.eventId, to=user.current, kind="welcome", user_id=event.userId)
                case "SIGNUP_REPEATED":
                    yield Email(email_id=event.eventId, to=user.current, kind="taken", user_id=event.userId)
                case "EMAIL_CHANGED" if event.eventId in user.until:
                    former = user.until[event.eventId]
                    yield Email(email_id=event.eventId, to=former, kind="changed", user_id=event.userId)
                case "USER_LOGOUT" if event.data["reason"] in _NEW_PASSWORD:
                    yield Email(email_id=event.eventId, to=user.current, kind="new_password", user_id=event.userId)
                case "USER_WARNED" | "USER_SUSPENDED" | "USER_REINSTATED":
                    yield _of_moderators(event, user.current)

    def _farewells(self, ended: Sequence[Envelope]) -> Iterator[Email]:
        """Without the userId of the account: its erasure deletes what has that."""
        if ended:
            addresses = self._addresses.of_left({event.userId for event in ended})
            yield from (
                Email(email_id=event.eventId, to=addresses[event.userId], kind="left")
                for event in ended
                if event.userId in addresses
            )


def _of_moderators(event: Envelope, address: str) -> Email:
    kind = _OF_MODERATORS[event.eventType]
    reason = None if kind == "reinstated" else msgspec.convert(event.data, ModeratorActedFor).reason
    return Email(email_id=event.eventId, to=address, kind=kind, user_id=event.userId, reason=reason)
