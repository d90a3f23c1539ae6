"""Email addresses are confirmed by a mailed link; until then, a user may write to their connections alone."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.e2e.clients import PASSWORD, Person, http_client, sign_up
from tests.e2e.mailed_links import confirm, mailed_token, mailed_tokens
from tests.e2e.mails import mails_to
from tests.e2e.people import MakePerson
from tests.support.addresses import email
from tests.support.system import System
from tests.support.waiting import eventually

Stored = Database[dict[str, Any]]  # Any: BSON


@pytest.fixture
def eve(system: System) -> Iterator[Person]:
    """Somebody whose address nobody has confirmed."""
    person = sign_up(system, "Eve", verified=False)
    yield person
    person.http.close()


def test_a_signup_mails_one_welcome_with_a_link_and_nothing_that_the_user_wrote(eve: Person, system: System) -> None:
    [mail] = eventually(lambda: mails_to(system, eve.email_id), what="the mail")
    assert mail.subject == "Welcome to DevConnect"
    [token] = mailed_tokens(system, eve.email_id, "verify")
    for text in (mail.text, mail.html):
        assert text.count(f"/api/link#verify={token}") == 1
        assert "Eve" not in text, "a sign-up with somebody else's address must not send them a text of its choice"
    eventually(lambda: len(mails_to(system, eve.email_id)) == 1, what="one mail")


def test_only_the_hash_of_a_link_is_stored(eve: Person, system: System, mongodb: Stored) -> None:
    token = mailed_token(system, eve.email_id, "verify")
    user = mongodb.users.find_one({"_id": ObjectId(eve.user_id)})
    assert user is not None
    [link] = user["mailLinks"]
    assert link["hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(list(mongodb.emails.find({"to": eve.email_id}))) + str(user)


def test_until_a_user_follows_the_link_strangers_refuse_their_messages(
    eve: Person, bob: Person, system: System
) -> None:
    message = {"toUserId": bob.user_id, "message": "hi", "clientMessageId": "1"}
    assert eve.get("/api/profile").json()["emailVerified"] is False
    assert "emailVerified" not in bob.get(f"/api/users/{eve.user_id}").json()
    refused = eve.post("/api/messages", message)
    assert (refused.status_code, refused.json()["code"]) == (403, "unverified")
    with eve.device() as phone:
        phone.send("private-message", **message)
        assert phone.expect("error", clientMessageId="1")["code"] == "unverified"
        assert confirm(system, mailed_token(system, eve.email_id, "verify")).status_code == 204
        phone.send("private-message", **message)
        phone.expect("ack", clientMessageId="1", seq=1)
    assert eve.get("/api/profile").json()["emailVerified"] is True


def test_a_user_who_is_not_confirmed_writes_to_their_connections(eve: Person, bob: Person) -> None:
    assert bob.post("/api/messages", {"toUserId": eve.user_id, "message": "hi"}).status_code == 201
    answer = {"toUserId": bob.user_id, "message": "hello"}
    assert eve.post("/api/messages", answer).json()["code"] == "unverified"
    assert bob.post(f"/api/connections/{eve.user_id}", {"status": "interested"}).status_code == 201
    assert eve.post(f"/api/connections/requests/{bob.user_id}", {"status": "accepted"}).status_code == 200
    assert eve.post("/api/messages", answer).status_code == 201


def test_a_user_who_is_not_confirmed_asks_no_stranger_for_a_connection_and_types_to_none(
    eve: Person, bob: Person, system: System
) -> None:
    refused = eve.post(f"/api/connections/{bob.user_id}", {"status": "interested"})
    assert (refused.status_code, refused.json()["code"]) == (403, "unverified")
    with eve.device() as phone:
        phone.send("typing", toUserId=bob.user_id)
        assert phone.expect("error", action="typing")["code"] == "unverified"
    assert bob.get("/api/connections/requests").json()["requests"] == []
    assert eve.post(f"/api/connections/{bob.user_id}", {"status": "ignored"}).status_code == 201, "nobody hears of it"
    assert confirm(system, mailed_token(system, eve.email_id, "verify")).status_code == 204


def test_a_user_who_is_not_confirmed_agrees_by_the_same_request_and_is_ignored_as_a_stranger_is(
    eve: Person, bob: Person, make_person: MakePerson
) -> None:
    carol = make_person("Carol")
    assert bob.post(f"/api/connections/{eve.user_id}", {"status": "interested"}).status_code == 201
    agreed = eve.post(f"/api/connections/{bob.user_id}", {"status": "interested"})
    assert (agreed.status_code, agreed.json()["status"]) == (200, "accepted")
    assert carol.post(f"/api/connections/{eve.user_id}", {"status": "ignored"}).status_code == 201
    assert eve.post(f"/api/connections/{carol.user_id}", {"status": "interested"}).json()["code"] == "unverified"
    with eve.device() as phone, bob.device() as tablet:
        phone.send("typing", toUserId=bob.user_id)
        tablet.expect("typing", userId=eve.user_id)


def test_a_link_works_once_and_of_two_at_once_one_wins(eve: Person, system: System) -> None:
    token = mailed_token(system, eve.email_id, "verify")
    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(lambda _: confirm(system, token).status_code, range(4)))
    assert statuses == [204, 410, 410, 410]
    assert confirm(system, token).json()["code"] == "link_gone"


def test_a_link_that_is_too_old_or_was_never_sent_is_gone(eve: Person, system: System, mongodb: Stored) -> None:
    token = mailed_token(system, eve.email_id, "verify")
    past = datetime.now(UTC) - timedelta(seconds=1)
    mongodb.users.update_one({"_id": ObjectId(eve.user_id)}, {"$set": {"mailLinks.0.expiresAt": past}})
    answers = [confirm(system, each) for each in (token, "x" * 43)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].json() == answers[1].json()
    assert eve.get("/api/profile").json()["emailVerified"] is False


def test_another_link_is_mailed_on_demand_but_not_to_whom_is_confirmed(
    eve: Person, ada: Person, system: System, mongodb: Stored
) -> None:
    mailed_token(system, eve.email_id, "verify")
    assert eve.post("/api/verification").status_code == 204
    assert ada.post("/api/verification").status_code == 204
    tokens = eventually(lambda: two if len(two := mailed_tokens(system, eve.email_id, "verify")) == 2 else [], what="2")
    assert [confirm(system, token).status_code for token in tokens] == [204, 410], "the second was for the same address"
    assert mongodb.emails.count_documents({"to": ada.email_id, "kind": "verify"}) == 0


def test_nobody_bombs_a_mailbox_with_links(eve: Person) -> None:
    statuses = [eve.post("/api/verification").status_code for _ in range(6)]
    assert statuses == [204] * 5 + [429]


def test_a_signup_with_a_taken_address_is_answered_alike_and_told_to_its_owner(
    ada: Person, system: System, mongodb: Stored
) -> None:
    new = email()
    body = {"firstName": "Eve", "lastName": "X", "password": "battery staple"}
    with http_client(system.rest_url) as http:
        taken, free = [http.post("/api/signup", json=body | {"emailId": who}) for who in (ada.email_id.upper(), new)]
    assert (taken.status_code, free.status_code) == (202, 202)
    assert (taken.json(), free.json()) == ({"emailId": ada.email_id}, {"emailId": new})
    varying = {"date", "content-length"}
    assert {*taken.headers} - varying == {*free.headers} - varying
    assert mongodb.users.count_documents({"emailId": ada.email_id}) == 1
    mails = eventually(lambda: [m for m in mails_to(system, ada.email_id) if "already" in m.subject], what="the mail")
    assert len(mails) == 1
    assert "Eve" not in mails[0].text + mails[0].html
    with http_client(system.rest_url) as http:
        login = {"emailId": ada.email_id, "password": "battery staple"}
        assert http.post("/api/login", json=login).status_code == 401
        assert http.post("/api/login", json=login | {"password": PASSWORD}).status_code == 200


def test_the_page_of_a_link_changes_nothing_and_is_kept_and_framed_nowhere(eve: Person, system: System) -> None:
    token = mailed_token(system, eve.email_id, "verify")
    with http_client(system.rest_url) as http:
        page = http.get(f"/api/link#verify={token}")  # as a scanner of mails opens it
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert confirm(system, token).status_code == 204
