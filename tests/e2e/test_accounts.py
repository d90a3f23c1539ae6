"""Signup, login and logout."""

import unicodedata
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from infra.local.running import RunningSystem
from tests.e2e.clients import PASSWORD, Person, http_client, open_socket
from tests.support.addresses import address, email


def test_login_answers_with_a_session_and_a_cookie(ada: Person, system: RunningSystem) -> None:
    with http_client(system.rest_url) as http:
        answer = http.post("/api/login", json={"emailId": ada.email_id.upper(), "password": PASSWORD})
        assert answer.status_code == 200
        session = answer.json()
        assert set(session) == {"userId", "token", "expiresIn", "user"}
        assert session["expiresIn"] == 24 * 3600
        assert session["user"]["emailId"] == ada.email_id
        cookie = answer.headers["set-cookie"]
        assert cookie == f"token={session['token']}; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax"
        # The cookie, which the client now keeps, is enough to authenticate.
        assert http.get("/api/profile").json()["userId"] == session["userId"]


def test_the_cookie_is_secure_except_on_localhost(ada: Person, system: RunningSystem) -> None:
    with http_client(system.rest_url) as http:
        login = {"emailId": ada.email_id, "password": PASSWORD}
        answer = http.post("/api/login", json=login, headers={"Host": "api.example.org"})
        assert "; Secure" in answer.headers["set-cookie"]


def test_a_signup_begins_no_session(system: RunningSystem) -> None:
    body = {"firstName": "Ada", "lastName": "Lovelace", "emailId": email().upper(), "password": PASSWORD}
    with http_client(system.rest_url) as http:
        answer = http.post("/api/signup", json=body)
        assert (answer.status_code, answer.json()) == (202, {"emailId": body["emailId"].lower()})
        assert "set-cookie" not in answer.headers


def test_a_mailbox_has_one_account_however_its_address_is_written(
    system: RunningSystem, mongodb: Database[dict[str, Any]]
) -> None:
    name = email().partition("@")[0]
    first, *others = [f"{name}\u00e9@b\u00fccher.example.org", f"{name}E\u0301@XN--bcher-kva.example.org".upper()]
    with http_client(system.rest_url) as http:
        body = {"firstName": "Ada", "lastName": "Lovelace", "emailId": first, "password": PASSWORD}
        assert http.post("/api/signup", json=body).json()["emailId"] == first
        for other in others:
            assert http.post("/api/signup", json=body | {"emailId": other}).json()["emailId"] == first
            login = http.post("/api/login", json={"emailId": other, "password": PASSWORD})
            assert (login.status_code, login.json()["user"]["emailId"]) == (200, first)
    assert mongodb.users.count_documents({"emailId": first}) == 1


@pytest.mark.parametrize("form", ["<{}>", "Free money<{}>", '"x"{}', "{},eve@example.org", "\u200b{}", "\u202e{}"])
def test_an_address_is_that_of_a_mailbox_and_nothing_more(system: RunningSystem, form: str) -> None:
    body = {"firstName": "Eve", "lastName": "X", "emailId": form.format(email()), "password": PASSWORD}
    with http_client(system.rest_url) as http:
        refused = http.post("/api/signup", json=body)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["emailId"])


@pytest.mark.parametrize("former", ["<{}>", "free-money<{}>", "stra\u00dfe-{}"])
def test_an_account_of_a_former_rule_still_logs_in_and_is_the_only_one(
    ada: Person, mongodb: Database[dict[str, Any]], former: str
) -> None:
    stored = former.format(email())
    mongodb.users.update_one({"_id": ObjectId(ada.user_id)}, {"$set": {"emailId": stored}})
    login = {"emailId": stored.title(), "password": PASSWORD}
    assert ada.http.post("/api/login", json=login).json()["userId"] == ada.user_id
    signup = {"firstName": "Eve", "lastName": "X", "emailId": stored, "password": "battery staple"}
    assert ada.http.post("/api/signup", json=signup).status_code == (202 if former.startswith("s") else 400)
    login["password"] = "battery staple"
    assert ada.http.post("/api/login", json=login).status_code == 401, "the signup made no second account"


@pytest.mark.parametrize("password", ["password", "12345678", "QWERTYuiop", "{}", "{}@example.org"])
def test_a_password_that_is_guessed_first_is_refused(system: RunningSystem, password: str) -> None:
    name = email().partition("@")[0]
    body = {"firstName": "Ada", "lastName": "Lovelace", "emailId": f"{name}@example.org"}
    with http_client(system.rest_url) as http:
        refused = http.post("/api/signup", json=body | {"password": password.format(name)})
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["password"])


def test_a_password_may_be_composed_by_one_keyboard_and_decomposed_by_another(system: RunningSystem) -> None:
    composed, decomposed = (unicodedata.normalize(form, "zw\u00f6lf B\u00e4ume") for form in ("NFC", "NFD"))
    body = {"firstName": "Ada", "lastName": "Lovelace", "emailId": email(), "password": composed}
    with http_client(system.rest_url) as http:
        assert http.post("/api/signup", json=body).status_code == 202
        login = {"emailId": body["emailId"], "password": decomposed}
        assert http.post("/api/login", json=login).status_code == 200


def test_login_gives_a_new_session(ada: Person) -> None:
    other = ada.log_in_again()
    assert other.token != ada.token
    assert other.get("/api/profile").json()["emailId"] == ada.email_id


def test_an_unknown_account_and_a_wrong_password_answer_alike(ada: Person, system: RunningSystem) -> None:
    with http_client(system.rest_url) as http:
        answers = [
            http.post("/api/login", json={"emailId": email_id, "password": "not the password"})
            for email_id in (ada.email_id, email())
        ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["code"] == "bad_credentials"


def test_the_sixth_failed_login_from_an_address_is_refused(system: RunningSystem) -> None:
    with http_client(system.rest_url) as http:
        answers = [http.post("/api/login", json={"emailId": email(), "password": "not the password"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    refused = answers[-1].json()
    assert refused["code"] == "rate_limited"
    assert 0 < refused["retryAfter"] <= 300
    assert answers[-1].headers["retry-after"] == str(refused["retryAfter"])


def test_failed_logins_of_a_stranger_do_not_lock_the_owner_out(ada: Person, system: RunningSystem) -> None:
    body = {"emailId": ada.email_id, "password": "not the password"}
    with http_client(system.rest_url) as http:
        # A forged header changes nothing about whose attempt it is.
        guesses = [http.post("/api/login", json=body, headers={"X-Forwarded-For": address()}) for _ in range(6)]
    assert [answer.status_code for answer in guesses] == [401] * 5 + [429]
    assert ada.log_in_again().user_id == ada.user_id
    with http_client(system.rest_url) as elsewhere:
        assert elsewhere.post("/api/login", json=body | {"password": PASSWORD}).status_code == 200


def test_guesses_from_many_addresses_are_refused_but_not_the_owner_where_he_is_known(
    ada: Person, system: RunningSystem
) -> None:
    body = {"emailId": ada.email_id, "password": "not the password"}
    statuses = []
    for _ in range(51):
        with http_client(system.rest_url, source=address()) as http:
            statuses.append(http.post("/api/login", json=body).status_code)
    assert statuses == [401] * 50 + [429]
    assert ada.log_in_again().user_id == ada.user_id


def test_logins_that_succeed_or_are_malformed_do_not_count(ada: Person) -> None:
    for _ in range(7):
        ada.log_in_again()
        assert ada.http.post("/api/login", json={"emailId": ada.email_id}).status_code == 400


def test_logout_ends_this_session_alone(ada: Person) -> None:
    other = ada.log_in_again()
    answer = ada.post("/api/logout")
    assert answer.status_code == 204
    assert answer.content == b""
    assert "Max-Age=0" in answer.headers["set-cookie"]
    refused = ada.get("/api/profile")
    assert refused.status_code == 401
    assert refused.json()["code"] == "unauthorized"
    assert other.get("/api/profile").status_code == 200
    assert ada.post("/api/logout").status_code == 401


@pytest.mark.parametrize(
    "cookies",
    ["token=stale; token={}", "token={}; token=stale", "token=; token={}", "token; a=b; token={}"],
)
def test_of_several_cookies_the_first_that_verifies_counts(ada: Person, cookies: str) -> None:
    headers = {"Cookie": cookies.format(ada.token)}
    assert ada.http.get("/api/profile", headers=headers).status_code == 200
    with open_socket(ada.websocket_url, headers) as device:
        device.send("register")
        device.expect("registered", userId=ada.user_id)


def test_a_cookie_does_not_stand_in_for_a_wrong_bearer_token(ada: Person) -> None:
    headers = {"Authorization": "Bearer stale", "Cookie": f"token={ada.token}"}
    assert ada.http.get("/api/profile", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Cookie": "token=nonsense"},
        {"Cookie": ";;;==token"},
    ],
)
def test_without_a_valid_token_there_is_no_session(system: RunningSystem, headers: dict[str, str]) -> None:
    with http_client(system.rest_url) as http:
        answer = http.get("/api/profile", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"error": "Log in first: there is no valid session.", "code": "unauthorized"}
