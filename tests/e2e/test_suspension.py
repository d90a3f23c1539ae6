"""Whoever is suspended is out at once, and nobody meets them, until a moderator reinstates them."""

from typing import Any

import httpx
import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.e2e.clients import PASSWORD, Person
from tests.e2e.mailed_links import mailed_tokens
from tests.e2e.mails import mails_to
from tests.e2e.moderators import case_about, decide, give_role, queue, report, suspend
from tests.e2e.people import MakePerson
from tests.e2e.steps import connect, refused
from tests.support.event_log import EventLog
from tests.support.system import System
from tests.support.waiting import eventually

Stored = Database[dict[str, Any]]  # Any: BSON


@pytest.fixture
def carol(make_person: MakePerson) -> Person:
    return make_person("Carol")


def log_in(person: Person, password: str = PASSWORD) -> httpx.Response:
    return person.http.post("/api/login", json={"emailId": person.email_id, "password": password})


def test_all_sessions_end_and_their_sockets_are_told_and_closed(mod: Person, ada: Person, bob: Person) -> None:
    laptop = bob.log_in_again()
    with bob.device() as phone, laptop.device() as screen:
        suspend(mod, ada, bob)
        for device in (phone, screen):
            device.expect("session:ended")
            assert device.closed_with() == 1000
    assert [person.get("/api/profile").status_code for person in (bob, laptop)] == [401, 401]
    assert bob.post("/api/messages", {"toUserId": ada.user_id, "message": "hi"}).status_code == 401


def test_a_ticket_from_before_opens_nothing(mod: Person, ada: Person, bob: Person) -> None:
    url = bob.post("/api/websocket-ticket").json()["url"]
    suspend(mod, ada, bob)
    assert refused(url) == 401
    assert refused(bob.websocket_url, bob.authorization) == 401


def test_a_login_with_the_password_is_told_why_and_a_guess_learns_nothing(
    mod: Person, ada: Person, bob: Person
) -> None:
    suspend(mod, ada, bob)
    answer = log_in(bob)
    assert answer.status_code == 403
    assert answer.json() == {
        "error": "This account is suspended (spam).",
        "code": "suspended",
        "reason": "spam",
    }
    assert "set-cookie" not in answer.headers
    wrong = log_in(bob, "not the password")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_credentials")


def test_neither_a_link_from_before_nor_a_new_one_sets_a_password(
    system: System, mod: Person, ada: Person, bob: Person
) -> None:
    bob.http.post("/api/password-reset", json={"emailId": bob.email_id})
    [token] = eventually(lambda: mailed_tokens(system, bob.email_id, "reset"), what="the link")
    suspend(mod, ada, bob)
    reset = bob.http.post("/api/password-reset/confirm", json={"token": token, "newPassword": "battery staple"})
    assert (reset.status_code, reset.json()["code"]) == (410, "link_gone")
    assert bob.http.post("/api/password-reset", json={"emailId": bob.email_id}).status_code == 204
    suspended = "Your account is suspended"
    eventually(lambda: [m for m in mails_to(system, bob.email_id) if m.subject == suspended], what="the mail")
    # The outbox is sent in order, so a mail that was asked for later shows that the one above was dropped.
    ada.http.post("/api/password-reset", json={"emailId": ada.email_id})
    eventually(lambda: mailed_tokens(system, ada.email_id, "reset"), what="Ada's link")
    assert mailed_tokens(system, bob.email_id, "reset") == [token]
    assert log_in(bob).json()["code"] == "suspended"


def test_nobody_writes_to_connects_with_or_sees_whoever_is_suspended(
    mod: Person, ada: Person, bob: Person, carol: Person
) -> None:
    connect(ada, bob)
    suspend(mod, carol, bob)
    answers = [
        ada.get(f"/api/users/{bob.user_id}"),
        ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"}),
        carol.post(f"/api/connections/{bob.user_id}", {"status": "interested"}),
        report(ada, bob),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 4
    with ada.device() as phone:
        for action, more in (("private-message", {"message": "hi", "clientMessageId": "1"}), ("typing", {})):
            phone.send(action, toUserId=bob.user_id, **more)
            phone.expect("error", code="not_found")
    assert ada.get("/api/connections").json()["connections"] == []
    assert ada.is_online(bob) is False


def test_they_are_in_no_feed_and_no_search(mod: Person, ada: Person, bob: Person, make_person: MakePerson) -> None:
    zara = make_person("Zarathustra")
    zara.patch("/api/profile", {"skills": ["alchemy"]})
    bob.patch("/api/profile", {"skills": ["alchemy"]})

    def shown() -> list[bool]:
        answers = [
            bob.get("/api/feed", limit=100),
            bob.get("/api/search", q="zarathustra", limit=100),
            bob.get("/api/search", skills="alchemy", limit=100),
        ]
        return [zara.user_id in {user["userId"] for user in answer.json()["users"]} for answer in answers]

    assert shown() == [True, True, True]
    suspend(mod, ada, zara)
    assert shown() == [False, False, False]


def test_conversations_stay_as_they_are(mod: Person, ada: Person, bob: Person) -> None:
    ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"})
    bob.post("/api/messages", {"toUserId": ada.user_id, "message": "ho"})
    before = [ada.get(f"/api/messages/{bob.user_id}").json(), ada.get("/api/conversations").json()]
    suspend(mod, ada, bob)
    assert [ada.get(f"/api/messages/{bob.user_id}").json(), ada.get("/api/conversations").json()] == before


def test_they_are_told_by_mail_why_and_by_mail_that_it_is_over(
    system: System, mod: Person, ada: Person, bob: Person
) -> None:
    case = suspend(mod, ada, bob)
    assert decide(mod, case, "reinstate").status_code == 200

    def mails() -> dict[str, str]:
        return {mail.subject: mail.text for mail in mails_to(system, bob.email_id)}

    eventually(lambda: "Your account is open again" in mails(), what="both mails")
    assert "messages or requests to many people" in mails()["Your account is suspended"]


def test_who_is_reinstated_logs_in_and_is_met_again_and_no_session_returns(
    mod: Person, ada: Person, bob: Person, event_log: EventLog
) -> None:
    case = suspend(mod, ada, bob)
    assert decide(mod, case, "reinstate", note="A mistake.").json()["status"] == "reinstated"
    assert bob.get("/api/profile").status_code == 401
    assert log_in(bob).status_code == 200
    assert ada.get(f"/api/users/{bob.user_id}").status_code == 200
    assert ada.post("/api/messages", {"toUserId": bob.user_id, "message": "welcome"}).status_code == 201
    for kind in ("USER_SUSPENDED", "USER_REINSTATED"):
        events = eventually(lambda kind=kind: event_log.of(bob.user_id, kind), what=kind)  # type: ignore[misc]
        assert len({event["eventId"] for event in events}) == 1


def test_who_is_suspended_is_suspended_once_and_a_second_case_waits(
    mod: Person, ada: Person, bob: Person, carol: Person
) -> None:
    seq = bob.post("/api/messages", {"toUserId": carol.user_id, "message": "spam"}).json()["seq"]
    assert report(carol, bob, seq=seq).status_code == 204
    first = case_about(mod, bob)
    second = suspend_second(mod, ada, bob, first["caseId"])
    answer = decide(mod, first, "suspend", reason="spam")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert decide(mod, second, "reinstate").status_code == 200
    assert decide(mod, first, "suspend", reason="spam").status_code == 200
    assert decide(mod, second, "reinstate").status_code == 200, "a repeat"
    assert log_in(bob).json()["code"] == "suspended", "the repeat has not ended the later suspension"


def suspend_second(mod: Person, reporter: Person, person: Person, other_case: str) -> dict[str, Any]:
    assert report(reporter, person).status_code == 204
    [case] = [each for each in queue(mod) if each["userId"] == person.user_id and each["caseId"] != other_case]
    assert decide(mod, case, "suspend", reason="spam").status_code == 200
    return case


def test_a_suspended_account_is_not_given_a_role(
    mod: Person, ada: Person, bob: Person, mongodb: Stored, environment: dict[str, str]
) -> None:
    suspend(mod, ada, bob)
    with pytest.raises(AssertionError, match="suspended, or has another role"):
        give_role(environment, bob)
    user = mongodb.users.find_one({"_id": ObjectId(bob.user_id)})
    assert user is not None
    assert user["role"] == "user"
