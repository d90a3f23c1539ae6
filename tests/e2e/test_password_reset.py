"""A lost password is reset by a mailed link."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.e2e.clients import PASSWORD, Person, http_client
from tests.e2e.mailed_links import confirm, mailed_token
from tests.e2e.mails import mails_to
from tests.support.addresses import address, email
from tests.support.system import System
from tests.support.waiting import eventually

NEW = "battery staple"
Stored = Database[dict[str, Any]]  # Any: BSON


def ask(system: System, email_id: str) -> httpx.Response:
    with http_client(system.rest_url) as http:
        return http.post("/api/password-reset", json={"emailId": email_id})


def reset(system: System, token: str, password: str = NEW) -> httpx.Response:
    with http_client(system.rest_url) as http:
        return http.post("/api/password-reset/confirm", json={"token": token, "newPassword": password})


@pytest.fixture
def token(ada: Person, system: System) -> str:
    """The token of a link that was mailed to Ada."""
    assert ask(system, ada.email_id.upper()).status_code == 204
    return mailed_token(system, ada.email_id, "reset")


def test_the_owner_is_told_by_mail_that_the_password_has_changed(ada: Person, system: System, token: str) -> None:
    def told() -> int:
        return [mail.subject for mail in mails_to(system, ada.email_id)].count("Your password has changed")

    assert reset(system, token).status_code == 204
    eventually(lambda: told() == 1, what="the mail after the reset")
    login = ada.http.post("/api/login", json={"emailId": ada.email_id, "password": NEW})
    changed = ada.http.patch(
        "/api/profile/password",
        json={"currentPassword": NEW, "newPassword": PASSWORD},
        headers={"Authorization": f"Bearer {login.json()['token']}"},
    )
    assert changed.status_code == 200
    eventually(lambda: told() == 2, what="the mail after the change")


def test_a_reset_sets_the_password_and_ends_every_session(ada: Person, system: System, token: str) -> None:
    with ada.device() as phone:
        assert reset(system, token).status_code == 204
        phone.expect("session:ended")
        assert phone.closed_with() == 1000
    assert ada.get("/api/profile").status_code == 401
    login = {"emailId": ada.email_id, "password": PASSWORD}
    assert ada.http.post("/api/login", json=login).status_code == 401
    assert ada.http.post("/api/login", json=login | {"password": NEW}).status_code == 200


def test_a_link_sets_one_password_and_of_two_at_once_one_wins(ada: Person, system: System, token: str) -> None:
    passwords = [f"battery staple {number}" for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(lambda password: reset(system, token, password).status_code, passwords))
    assert sorted(statuses) == [204, 410, 410, 410]
    login = {"emailId": ada.email_id, "password": passwords[statuses.index(204)]}
    assert ada.http.post("/api/login", json=login).status_code == 200
    assert reset(system, token).json()["code"] == "link_gone"


def test_a_link_is_good_for_an_hour(ada: Person, system: System, mongodb: Stored, token: str) -> None:
    user = mongodb.users.find_one({"_id": ObjectId(ada.user_id)})
    assert user is not None
    [link] = user["mailLinks"]
    left = link["expiresAt"].replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(minutes=58) < left < timedelta(hours=1)
    past = datetime.now(UTC) - timedelta(seconds=1)
    mongodb.users.update_one({"_id": user["_id"]}, {"$set": {"mailLinks.0.expiresAt": past}})
    assert reset(system, token).status_code == 410


def test_a_new_password_ends_the_links_that_were_mailed_before(ada: Person, system: System, token: str) -> None:
    change = {"currentPassword": PASSWORD, "newPassword": NEW}
    assert ada.patch("/api/profile/password", change).status_code == 200
    assert reset(system, token, "another password").status_code == 410


def test_a_link_of_another_kind_resets_nothing(ada: Person, system: System, token: str) -> None:
    assert confirm(system, token).status_code == 410
    new = email()
    assert ada.patch("/api/profile/email", {"emailId": new, "currentPassword": PASSWORD}).status_code == 204
    assert reset(system, mailed_token(system, new, "change")).status_code == 410


def test_known_and_unknown_addresses_are_answered_alike(ada: Person, system: System, mongodb: Stored) -> None:
    """By the same work too: one document is stored for either, and no account is looked for."""
    unknown = email()
    known_answer, unknown_answer = ask(system, ada.email_id), ask(system, unknown)
    assert (known_answer.status_code, known_answer.content) == (204, b"")
    assert (unknown_answer.status_code, unknown_answer.content) == (204, b"")
    assert {*known_answer.headers} == {*unknown_answer.headers}
    mailed_token(system, ada.email_id, "reset")
    eventually(lambda: mongodb.emails.find_one({"to": unknown, "droppedAt": {"$exists": True}}), what="the drop")


@pytest.mark.parametrize("password", ["password1", "short", "{}"])
def test_a_password_that_is_guessed_first_is_refused_and_the_link_stays_good(
    ada: Person, system: System, token: str, password: str
) -> None:
    refused = reset(system, token, password.format(ada.email_id))
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["newPassword"])
    assert reset(system, token).status_code == 204


def test_one_network_asks_for_twenty_mails_an_hour_and_an_address_gets_five_a_day(
    ada: Person, system: System, mongodb: Stored
) -> None:
    source = address()
    with http_client(system.rest_url, source=source) as http:
        statuses = [http.post("/api/password-reset", json={"emailId": ada.email_id}).status_code for _ in range(21)]
    assert statuses == [204] * 20 + [429]
    mails = {"to": ada.email_id, "kind": "reset"}
    dropped = mails | {"droppedAt": {"$exists": True}}
    eventually(lambda: mongodb.emails.count_documents(dropped) == 15, what="the mails that are too many")
    assert mongodb.emails.count_documents(mails | {"sentAt": {"$exists": True}}) == 5
