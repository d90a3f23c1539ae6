"""A new password ends the earlier sessions; it can only be set with the current one."""

from itertools import pairwise

import httpx
import pytest

from infra.local.running import RunningSystem
from tests.e2e.clients import PASSWORD, Person, http_client
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

NEW = "battery staple"


def change(person: Person, current: str = PASSWORD, new: str = NEW) -> httpx.Response:
    return person.patch("/api/profile/password", {"currentPassword": current, "newPassword": new})


def log_in(person: Person, password: str) -> int:
    return person.http.post("/api/login", json={"emailId": person.email_id, "password": password}).status_code


def test_a_new_password_ends_every_earlier_session_and_begins_one(
    ada: Person, bob: Person, event_log: EventLog
) -> None:
    laptop = ada.log_in_again()
    with ada.device() as phone, laptop.device() as screen:
        answer = change(ada)
        assert answer.status_code == 200
        session = answer.json()
        assert set(session) == {"userId", "token", "expiresIn", "user"}
        assert session["user"]["emailId"] == ada.email_id
        assert answer.headers["set-cookie"].startswith(f"token={session['token']}; Max-Age=86400;")
        assert [person.get("/api/profile").status_code for person in (ada, laptop)] == [401, 401]
        for device in (phone, screen):
            device.expect("session:ended")
            assert device.closed_with() == 1000
    renewed = Person(ada.http, ada.websocket_url, ada.email_id, ada.user_id, session["token"])
    with renewed.device() as device:
        assert bob.is_online(ada)
        assert device.received("session:ended") == []
    [event] = eventually(lambda: event_log.of(ada.user_id, "USER_LOGOUT"), what="USER_LOGOUT")
    assert event["data"] == {"reason": "password_changed", "epoch": 1}
    assert (
        len(event_log.of(ada.user_id, "USER_LOGIN")) == 2
    )  # the first, and the laptop's: a change of the password is no login
    ada.http.cookies.clear()
    assert [log_in(ada, password) for password in (PASSWORD, NEW)] == [401, 200]


def test_the_current_password_must_be_right(ada: Person) -> None:
    refused = change(ada, current="not the password")
    assert refused.status_code == 401
    assert refused.json() == {"error": "The current password is wrong.", "code": "bad_credentials"}
    assert ada.get("/api/profile").status_code == 200
    assert [log_in(ada, password) for password in (NEW, PASSWORD)] == [401, 200]


def test_the_sixth_wrong_guess_of_a_session_is_refused_and_the_owner_still_logs_in(
    ada: Person, system: RunningSystem
) -> None:
    assert [change(ada, current="not the password").status_code for _ in range(5)] == [401] * 5
    refused = change(ada)
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    with http_client(system.rest_url) as http:
        body = {"emailId": ada.email_id, "password": PASSWORD}
        assert http.post("/api/login", json=body).status_code == 200


def test_failed_logins_of_strangers_do_not_keep_the_owner_from_setting_one(ada: Person, system: RunningSystem) -> None:
    body = {"emailId": ada.email_id, "password": "not the password"}
    for _ in range(2):
        with http_client(system.rest_url) as http:
            assert [http.post("/api/login", json=body).status_code for _ in range(6)] == [401] * 5 + [429]
    assert change(ada).status_code == 200


def test_a_right_current_password_does_not_count_as_a_failed_login(ada: Person) -> None:
    passwords = [PASSWORD, *(f"password {number}" for number in range(8))]
    person = ada
    for current, new in pairwise(passwords):
        answer = change(person, current, new)
        assert answer.status_code == 200, answer.text
        person = Person(ada.http, ada.websocket_url, ada.email_id, ada.user_id, answer.json()["token"])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, "currentPassword newPassword"),
        ({"currentPassword": PASSWORD}, "newPassword"),
        ({"currentPassword": PASSWORD, "newPassword": "short"}, "newPassword"),
        ({"currentPassword": PASSWORD, "newPassword": "é" * 37}, "newPassword"),
        ({"currentPassword": "é" * 37, "newPassword": NEW}, "currentPassword"),
        ({"currentPassword": PASSWORD, "newPassword": None}, "newPassword"),
        ({"currentPassword": PASSWORD, "newPassword": "password"}, "newPassword"),
        ({"currentPassword": PASSWORD, "newPassword": NEW, "password": NEW}, "password"),
    ],
)
def test_a_malformed_change_is_a_400_that_names_every_wrong_field(ada: Person, body: object, fields: str) -> None:
    refused = ada.patch("/api/profile/password", body)
    assert refused.status_code == 400
    assert sorted(refused.json()["fields"]) == fields.split()


def test_ones_own_address_is_no_password(ada: Person) -> None:
    for new in (ada.email_id, ada.email_id.upper(), ada.email_id.partition("@")[0]):
        refused = change(ada, new=new)
        assert (refused.status_code, list(refused.json()["fields"])) == (400, ["newPassword"])


def test_a_password_of_72_bytes_is_not_cut(ada: Person) -> None:
    assert change(ada, new="é" * 36).status_code == 200
    ada.http.cookies.clear()
    assert [log_in(ada, password) for password in ("é" * 35 + "ee", "é" * 36)] == [401, 200]


def test_without_a_session_the_password_is_not_changed(ada: Person) -> None:
    ada.post("/api/logout")
    assert change(ada).json()["code"] == "unauthorized"
    assert log_in(ada, PASSWORD) == 200
