"""The sessions of a user: their list, the end of one of them, and the end of all."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.database import Database

from infra.local.running import RunningSystem
from tests.e2e.clients import PASSWORD, Person, http_client
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

Listed = dict[str, Any]  # Any: JSON as a client sees it


def sessions(person: Person) -> list[Listed]:
    answer = person.get("/api/sessions")
    assert answer.status_code == 200
    listed: list[Listed] = answer.json()["sessions"]
    return listed


def own_session(person: Person) -> str:
    [session_id] = [session["sessionId"] for session in sessions(person) if session["current"]]
    return str(session_id)


def delete(person: Person, session_id: str) -> int:
    return person.http.delete(f"/api/sessions/{session_id}", headers=person.authorization).status_code


def is_over(person: Person) -> bool:
    return person.get("/api/profile").status_code == 401


# The list


def test_sessions_are_listed_by_their_last_use_newest_first(ada: Person, bob: Person) -> None:
    laptop = ada.log_in_again()
    [newest, oldest] = sessions(ada)
    assert set(newest) == {"sessionId", "createdAt", "lastUsedAt", "ip", "userAgent", "current"}
    assert (newest["current"], oldest["current"]) == (False, True)
    assert newest["sessionId"] == own_session(laptop)
    assert newest["userAgent"].startswith("python-httpx/")
    assert newest["ip"].startswith("127.")
    assert newest["createdAt"] == newest["lastUsedAt"] > oldest["createdAt"]
    with ada.device():  # opening a websocket is a use of the session
        [first, second] = sessions(laptop)
    assert (first["sessionId"], second["sessionId"]) == (oldest["sessionId"], newest["sessionId"])
    assert first["lastUsedAt"] > first["createdAt"]
    assert len(sessions(bob)) == 1


def test_ended_expired_and_outdated_sessions_are_not_listed(ada: Person, mongodb: Database[dict[str, Any]]) -> None:
    others = [ada.log_in_again() for _ in range(3)]
    others[0].post("/api/logout")
    expired, old = own_session(others[1]), own_session(others[2])
    created = mongodb.sessions.find_one({"_id": expired})
    assert created is not None
    mongodb.sessions.update_one({"_id": expired}, {"$set": {"expiresAt": created["createdAt"]}})
    mongodb.sessions.update_one({"_id": old}, {"$set": {"epoch": -1}})
    assert [session["current"] for session in sessions(ada)] == [True]


def test_all_open_sessions_are_listed_in_pages(ada: Person, mongodb: Database[dict[str, Any]]) -> None:
    [own] = mongodb.sessions.find({"userId": ada.user_id})
    made = [{**own, "_id": secrets.token_hex(16)} for _ in range(120)]
    mongodb.sessions.insert_many(made)
    listed: list[str] = []
    while True:
        page = ada.get("/api/sessions", limit=50, **({"before": listed[-1]} if listed else {})).json()
        listed += [session["sessionId"] for session in page["sessions"]]
        if not page["hasMore"]:
            break
    assert sorted(listed) == sorted([own["_id"], *(session["_id"] for session in made)])
    unknown = ada.get("/api/sessions", before="0" * 32)
    assert (unknown.status_code, list(unknown.json()["fields"])) == (400, ["before"])


# The end of one


def test_revoking_a_session_ends_it_and_its_sockets_alone(ada: Person, event_log: EventLog) -> None:
    lost = ada.log_in_again()
    lost_id = own_session(lost)
    with ada.device() as mine, lost.device() as lost_device:
        assert delete(ada, lost_id) == 204
        lost_device.expect("session:ended")
        assert lost_device.closed_with() == 1000
        assert is_over(lost)
        assert mine.received("session:ended") == []
    assert [session["current"] for session in sessions(ada)] == [True]
    [event] = eventually(lambda: event_log.of(ada.user_id, "USER_LOGOUT"), what="USER_LOGOUT")
    assert event["data"] == {"sessionId": lost_id, "reason": "revoked"}
    assert delete(ada, lost_id) == 404


def test_revoking_the_current_session_deletes_its_cookie(ada: Person) -> None:
    other = ada.log_in_again()
    answer = ada.http.delete(f"/api/sessions/{own_session(other)}", headers=ada.authorization)
    assert "set-cookie" not in answer.headers
    answer = ada.http.delete(f"/api/sessions/{own_session(ada)}", headers=ada.authorization)
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert is_over(ada)


def test_the_session_of_another_user_cannot_be_revoked(ada: Person, bob: Person) -> None:
    bobs_session = own_session(bob)
    with bob.device() as device:
        assert delete(ada, bobs_session) == 404
        assert device.received("session:ended") == []
    assert not is_over(bob)


@pytest.mark.parametrize("session_id", ["nonsense", "f" * 32, "F" * 32, "a" * 31])
def test_revoking_an_unknown_session_is_a_404(ada: Person, session_id: str) -> None:
    assert delete(ada, session_id) == 404


# The end of all


def test_logout_all_ends_every_session_and_socket(
    ada: Person, bob: Person, event_log: EventLog, mongodb: Database[dict[str, Any]]
) -> None:
    laptop = ada.log_in_again()
    with ada.device() as phone, ada.device() as tablet, laptop.device() as screen, bob.device() as bobs:
        answer = laptop.post("/api/logout-all")
        assert answer.status_code == 204
        assert answer.content == b""
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert is_over(ada)
        assert is_over(laptop)
        for device in (phone, tablet, screen):
            device.expect("session:ended")
            assert device.closed_with() == 1000
        assert bobs.received("session:ended") == []
    eventually(lambda: not bob.is_online(ada), what="Ada offline")
    [event] = eventually(lambda: event_log.of(ada.user_id, "USER_LOGOUT"), what="USER_LOGOUT")
    assert event["data"] == {"reason": "logout_all", "epoch": 1}
    again = ada.log_in_again()
    assert [session["current"] for session in sessions(again)] == [True]
    assert mongodb.users.count_documents({"emailId": ada.email_id, "sessionEpoch": 1, "pendingEvents": []}) == 1


def test_a_login_after_logout_all_keeps_its_sockets(ada: Person, event_log: EventLog) -> None:
    ada.post("/api/logout-all")
    again = ada.log_in_again()
    with again.device() as device:
        eventually(lambda: event_log.of(ada.user_id, "USER_LOGOUT"), what="USER_LOGOUT")
        # Once a later event of the user has had its effects, the logout's effects have been applied as well.
        again.patch("/api/profile", {"about": "still here"})
        eventually(lambda: event_log.of(ada.user_id, "PROFILE_UPDATED"), what="PROFILE_UPDATED")
        assert device.received("session:ended") == []
    assert not is_over(again)


def test_of_concurrent_logout_alls_one_succeeds_and_every_session_ends(
    ada: Person, system: RunningSystem, mongodb: Database[dict[str, Any]]
) -> None:
    people = [ada.log_in_again() for _ in range(4)]

    def log_out(person: Person) -> int:
        with http_client(system.rest_url) as http:
            return http.post("/api/logout-all", json={}, headers=person.authorization).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(log_out, people))
    assert statuses == [204, 401, 401, 401]
    assert mongodb.users.count_documents({"emailId": ada.email_id, "sessionEpoch": 1}) == 1
    assert all(is_over(person) for person in [ada, *people])
    assert ada.http.post("/api/login", json={"emailId": ada.email_id, "password": PASSWORD}).status_code == 200


def test_a_logout_with_a_body_is_refused(ada: Person) -> None:
    for path in ("/api/logout", "/api/logout-all"):
        assert list(ada.post(path, {"all": True}).json()["fields"]) == ["all"]
    assert not is_over(ada)
