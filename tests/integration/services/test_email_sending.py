"""Emails are sent through an SES that accepts them, rejects them, or is unreachable."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import settings
from chalicelib.models.documents import EmailDocument
from chalicelib.models.requests import EmailChange, ResetRequest
from chalicelib.services.email_sending import EmailSender
from chalicelib.stores.emails import TRY_AGAIN_AFTER, Email
from chalicelib.wiring import Wiring
from tests.support.clocks import OffsetClock
from tests.support.ses import StubSes
from tests.support.users import PASSWORD, new_client, sign_up


@pytest.fixture
def sender(mailing: Wiring) -> EmailSender:
    assert mailing.email_sender is not None
    return mailing.email_sender


@pytest.fixture
def stored_email(mailing: Wiring) -> Callable[[str], EmailDocument]:
    def read(email_id: str) -> EmailDocument:
        document = mailing.mongo.emails.find_one({"_id": email_id})
        assert document is not None
        return document

    return read


def email(email_id: str) -> Email:
    return Email(email_id, f"{email_id}@example.org", "taken")


def test_an_email_that_is_added_twice_is_sent_once(sender: EmailSender, ses: StubSes) -> None:
    sender.emails.add([email("a"), email("b"), email("a")])
    assert sender.send_due() == 2
    sender.emails.add([email("a")])
    assert sender.send_due() == 0
    assert ses.calls == 2


def test_who_asks_for_the_links_of_another_one_again_and_again_keeps_nobody_from_one(
    sender: EmailSender, mailing: Wiring, clock: OffsetClock
) -> None:
    mailing.mongo.database["users"].insert_one({"emailId": "ada@example.org", "mailLinks": []})

    def asked(*numbers: int) -> int:
        sender.emails.add([Email(f"reset {number}", "ada@example.org", "reset") for number in numbers])
        return sender.send_due()

    assert asked(*range(8)) == 5
    assert asked(9) == 0, "the last link is good"
    clock.offset = timedelta(hours=2)
    assert asked(10) == 1
    assert asked(11) == 0


@pytest.mark.parametrize("error", ["TooManyRequestsException", "SendingPausedException", "AccessDeniedException"])
def test_sending_pauses_after_an_error_of_ses(
    sender: EmailSender, ses: StubSes, clock: OffsetClock, error: str
) -> None:
    sender.emails.add([email("a"), email("b")])
    ses.error = error
    assert [sender.send_due(), sender.send_due()] == [0, 0]
    assert ses.calls == 1
    ses.error = None
    clock.offset = TRY_AGAIN_AFTER + timedelta(seconds=1)
    assert sender.send_due() == 2


def test_sending_pauses_while_ses_is_unreachable(sender: EmailSender, ses: StubSes, clock: OffsetClock) -> None:
    ses.server.server_close()
    sender.emails.add([email("a")])
    assert sender.send_due() == 0
    clock.offset = timedelta(seconds=31)
    assert sender.send_due() == 0  # SES is probed again, and the email is still claimed


def test_a_rejected_email_does_not_hold_up_the_others(
    sender: EmailSender, ses: StubSes, clock: OffsetClock, stored_email: Callable[[str], EmailDocument]
) -> None:
    sender.emails.add([email("a")])
    ses.error = "MessageRejected"
    assert sender.send_due() == 0
    assert "refusedAt" in stored_email("a")
    ses.error = None
    sender.emails.add([email("b")])
    assert sender.send_due() == 1
    clock.offset = TRY_AGAIN_AFTER * 2
    assert sender.send_due() == 0
    assert "sentAt" in stored_email("b")


def test_the_log_of_a_failure_does_not_name_the_address(
    sender: EmailSender, ses: StubSes, caplog: pytest.LogCaptureFixture
) -> None:
    ses.error, ses.address = "MessageRejected", "a@example.org"
    sender.emails.add([email("a")])
    assert sender.send_due() == 0
    [record] = [record for record in caplog.records if getattr(record, "action", "") == "email_failed"]
    assert record.getMessage() == "An email was not sent: MessageRejected"
    assert "a@example.org" not in caplog.text


def test_an_account_that_is_stored_under_a_former_form_of_its_address_is_found(
    sender: EmailSender, mailing: Wiring
) -> None:
    """Accounts were once stored with their address in lower case alone."""
    users = mailing.mongo.database["users"]
    users.insert_one({"emailId": "stra\u00dfe@example.org", "mailLinks": []})
    mailing.password_resets.ask(ResetRequest(emailId="Stra\u00dfe@example.org"), new_client())
    assert sender.send_due() == 1
    stored = users.find_one({"emailId": "stra\u00dfe@example.org"})
    assert stored is not None
    assert [link["purpose"] for link in stored["mailLinks"]] == ["reset"]
    eve = sign_up(mailing)
    change = EmailChange(emailId="Stra\u00dfe@example.org", currentPassword=PASSWORD)
    mailing.email_changes.ask(eve.credentials, change)
    assert sender.send_due() == 0, "the address has an account"
    assert mailing.mongo.emails.count_documents({"kind": "change", "droppedAt": {"$exists": True}}) == 1


@pytest.mark.parametrize("to", ["free money<ada@example.org>", "<ada@example.org>", "ada@example.org,eve@example.org"])
def test_a_text_that_is_no_address_of_a_mailbox_never_reaches_ses(
    sender: EmailSender, ses: StubSes, stored_email: Callable[[str], EmailDocument], to: str
) -> None:
    sender.emails.add([Email("a", to, "taken")])
    assert sender.send_due() == 0
    assert ses.calls == 0
    assert "refusedAt" in stored_email("a")


def test_an_email_whose_sender_died_is_sent_later(sender: EmailSender, ses: StubSes, clock: OffsetClock) -> None:
    sender.emails.add([email("a")])
    assert sender.emails.claim() is not None
    assert sender.send_due() == 0
    clock.offset = TRY_AGAIN_AFTER
    assert sender.send_due() == 1
    assert ses.calls == 1


def test_without_a_sender_address_there_is_no_email_sender(environment: dict[str, str]) -> None:
    without_sender = {
        name: value for name, value in environment.items() if name not in {"EMAIL_FROM", "VAPID_PRIVATE_KEY"}
    }
    assert Wiring(settings.load(without_sender)).email_sender is None
