"""A user takes another email address, which is theirs once they have followed the link that was mailed to it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo.database import Database

from tests.e2e.clients import PASSWORD, Person
from tests.e2e.mailed_links import confirm, mailed_token, mailed_tokens
from tests.e2e.mails import mails_to
from tests.support.addresses import email
from tests.support.system import System
from tests.support.waiting import eventually

Stored = Database[dict[str, Any]]  # Any: BSON


def ask(person: Person, email_id: str, password: str = PASSWORD) -> int:
    return person.patch("/api/profile/email", {"emailId": email_id, "currentPassword": password}).status_code


def test_the_address_changes_with_the_link_and_the_former_one_is_told(ada: Person, system: System) -> None:
    new = email()
    assert ask(ada, new.upper()) == 204
    token = mailed_token(system, new, "change")
    assert ada.get("/api/profile").json()["emailId"] == ada.email_id
    assert confirm(system, token).status_code == 204
    profile = ada.get("/api/profile").json()
    assert (profile["emailId"], profile["emailVerified"]) == (new, True)
    told = eventually(
        lambda: [mail for mail in mails_to(system, ada.email_id) if "another address" in mail.subject],
        what="the notice",
    )
    assert len(told) == 1
    assert new not in told[0].text + told[0].html
    login = {"emailId": ada.email_id, "password": PASSWORD}
    assert ada.http.post("/api/login", json=login).status_code == 401
    assert ada.http.post("/api/login", json=login | {"emailId": new}).json()["userId"] == ada.user_id


def test_the_password_is_asked_for_again(ada: Person, mongodb: Stored) -> None:
    new = email()
    assert ask(ada, new, "not the password") == 401
    assert ada.patch("/api/profile/email", {"emailId": new}).json()["fields"].keys() == {"currentPassword"}
    assert ada.patch("/api/profile/email", {"emailId": "x", "currentPassword": PASSWORD}).json()["fields"].keys() == {
        "emailId"
    }
    assert mongodb.emails.count_documents({"to": new}) == 0


def test_an_address_with_an_account_is_answered_alike_and_gets_no_link(
    ada: Person, bob: Person, system: System, mongodb: Stored
) -> None:
    assert ask(ada, bob.email_id) == 204
    dropped = {"to": bob.email_id, "kind": "change", "droppedAt": {"$exists": True}}
    eventually(lambda: mongodb.emails.find_one(dropped), what="the drop")
    assert mailed_tokens(system, bob.email_id, "change") == []


def test_of_two_users_who_confirm_one_address_at_once_one_gets_it(
    ada: Person, bob: Person, system: System, mongodb: Stored
) -> None:
    new = email()
    assert [ask(ada, new), ask(bob, new)] == [204, 204]
    tokens = eventually(lambda: two if len(two := mailed_tokens(system, new, "change")) == 2 else [], what="two links")
    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(lambda token: confirm(system, token).status_code, tokens))
    assert statuses == [204, 410]
    assert mongodb.users.count_documents({"emailId": new}) == 1


def test_a_new_password_ends_the_change_that_its_thief_asked_for(ada: Person, system: System) -> None:
    new = email()
    assert ask(ada, new) == 204
    token = mailed_token(system, new, "change")
    change = {"currentPassword": PASSWORD, "newPassword": "battery staple"}
    assert ada.patch("/api/profile/password", change).status_code == 200
    assert confirm(system, token).status_code == 410
