"""Mails, where the local system keeps them."""

import json
from pathlib import Path
from typing import Any

from pymongo.database import Database

from infra.local.running import RunningSystem
from tests.e2e.clients import Person
from tests.waiting import eventually

Mail = dict[str, Any]  # Any: JSON as SES takes it


def mails_to(directory: Path, address: str) -> list[Mail]:
    mails = [json.loads(path.read_text()) for path in directory.glob("*.json")]
    return [mail for mail in mails if mail["Destination"]["ToAddresses"] == [address]]


def test_a_signup_is_welcomed_once(ada: Person, system: RunningSystem, mongodb: Database[Mail]) -> None:
    [mail] = eventually(lambda: mails_to(system.state.mail, ada.email_id), what="the mail")
    content = mail["Content"]["Simple"]
    assert content["Subject"]["Data"] == "Welcome to DevConnect"
    text = content["Body"]["Text"]["Data"]
    assert text.startswith("Hello,")
    assert "Ada" not in text, "whoever signs up with somebody else's address writes nothing to it"
    eventually(lambda: mongodb.emails.find_one({"to": ada.email_id, "sentAt": {"$exists": True}}), what="its note")
    assert mongodb.emails.count_documents({"to": ada.email_id}) == 1
    assert len(mails_to(system.state.mail, ada.email_id)) == 1
