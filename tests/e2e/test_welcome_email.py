"""The welcome mail, as it arrives at what stands in for SES."""

from typing import Any

from pymongo.database import Database

from tests.e2e.clients import Person
from tests.e2e.mails import mails_to
from tests.support.system import System
from tests.support.waiting import eventually


def test_a_signup_sends_one_welcome_mail(
    ada: Person,
    system: System,
    mongodb: Database[dict[str, Any]],  # Any: BSON
) -> None:
    [mail] = eventually(lambda: mails_to(system, ada.email_id), what="the mail")
    assert mail.subject == "Welcome to DevConnect"
    assert mail.text.startswith("Hello,")
    assert "Ada" not in mail.text, "a sign-up with somebody else's address must not send them a text of its choice"
    eventually(lambda: mongodb.emails.find_one({"to": ada.email_id, "sentAt": {"$exists": True}}), what="sentAt")
    assert mongodb.emails.count_documents({"to": ada.email_id}) == 1
    assert len(mails_to(system, ada.email_id)) == 1
