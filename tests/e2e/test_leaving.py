"""A user leaves: the account ends at once, and what others see of it holds."""

from typing import Any

from bson import ObjectId
from pymongo.database import Database

from tests.e2e.clients import PASSWORD, Person
from tests.e2e.mails import mails_to
from tests.support.addresses import email
from tests.support.system import System
from tests.support.waiting import eventually

Stored = Database[dict[str, Any]]  # Any: BSON


def leave(person: Person, password: str = PASSWORD) -> int:
    answer = person.http.request(
        "DELETE", "/api/profile", json={"currentPassword": password}, headers=person.authorization
    )
    return answer.status_code


def test_whoever_leaves_is_logged_out_everywhere_and_cannot_come_back(ada: Person) -> None:
    laptop = ada.log_in_again()
    with ada.device() as phone, laptop.device() as screen:
        assert leave(ada) == 204
        for device in (phone, screen):
            device.expect("session:ended")
            assert device.closed_with() == 1000
    assert [person.get("/api/profile").status_code for person in (ada, laptop)] == [401, 401]
    assert ada.http.post("/api/login", json={"emailId": ada.email_id, "password": PASSWORD}).status_code == 401


def test_whoever_leaves_is_told_so_by_mail(ada: Person, system: System, mongodb: Stored) -> None:
    assert leave(ada) == 204
    ended = "Your account has ended"
    eventually(lambda: [m for m in mails_to(system, ada.email_id) if m.subject == ended], what="the mail")
    eventually(lambda: mongodb.emails.count_documents({"to": ada.email_id}) == 0, what="no trace of it")


def test_the_password_is_asked_for_again(ada: Person) -> None:
    assert leave(ada, "not the password") == 401
    without = ada.http.request("DELETE", "/api/profile", json={}, headers=ada.authorization)
    assert list(without.json()["fields"]) == ["currentPassword"]
    assert ada.get("/api/profile").status_code == 200


def test_the_conversation_of_the_other_user_stays_as_it_was(ada: Person, bob: Person) -> None:
    for sender, receiver in ((ada, bob), (bob, ada)):
        message = {"toUserId": receiver.user_id, "message": "hi"}
        assert sender.post("/api/messages", message).status_code == 201
    before = bob.get(f"/api/messages/{ada.user_id}").json()
    listed = bob.get("/api/conversations").json()
    assert leave(ada) == 204
    assert bob.get(f"/api/messages/{ada.user_id}").json() == before
    assert bob.get("/api/conversations").json() == listed
    assert [message["fromUserId"] for message in before["messages"]] == [ada.user_id, bob.user_id]
    with bob.device() as phone:
        phone.send("sync", conversations=[{"userId": ada.user_id, "afterSeq": 0}])
        assert phone.expect("sync")["messages"] == before["messages"]


def test_nobody_sees_writes_to_or_connects_with_whoever_has_left(ada: Person, bob: Person) -> None:
    assert leave(ada) == 204
    answers = [
        bob.get(f"/api/users/{ada.user_id}"),
        bob.post("/api/messages", {"toUserId": ada.user_id, "message": "hi"}),
        bob.post(f"/api/connections/{ada.user_id}", {"status": "interested"}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 3
    assert ada.user_id not in {user["userId"] for user in bob.get("/api/feed", limit=100).json()["users"]}


def test_within_moments_the_consumer_has_erased_what_is_personal(ada: Person, bob: Person, mongodb: Stored) -> None:
    bob.post(f"/api/connections/{ada.user_id}", {"status": "interested"})
    ada.post(f"/api/connections/requests/{bob.user_id}", {"status": "accepted"})
    notified = {"userId": bob.user_id, "fromUserId": ada.user_id}
    eventually(lambda: mongodb.notifications.find_one(notified), what="the notification that names Ada")
    assert leave(ada) == 204
    user = mongodb.users.find_one({"_id": ObjectId(ada.user_id)})
    assert user is not None
    assert user["erasure"].pop("addresses") == [ada.email_id]
    assert not {"Ada", "Lovelace", ada.email_id} & {*map(str, user.values())}
    eventually(lambda: mongodb.emails.count_documents({"to": ada.email_id}) == 0, what="no mail to Ada")
    eventually(lambda: mongodb.sessions.count_documents({"userId": ada.user_id}) == 0, what="no session of Ada's")
    eventually(lambda: bob.get("/api/connections").json()["connections"] == [], what="no connection of Bob's")
    [notification] = bob.get("/api/notifications").json()["notifications"]
    assert notification["text"] == "A user who has left."


def test_the_address_of_whoever_has_left_is_free(ada: Person) -> None:
    assert leave(ada) == 204
    body = {"firstName": "Ada", "lastName": "Again", "emailId": ada.email_id, "password": "battery staple"}
    assert ada.http.post("/api/signup", json=body).status_code == 202
    login = ada.http.post("/api/login", json={"emailId": ada.email_id, "password": "battery staple"})
    assert login.status_code == 200
    assert login.json()["userId"] != ada.user_id


def test_leaving_twice_is_refused_as_any_request_of_an_ended_session(ada: Person) -> None:
    assert [leave(ada), leave(ada)] == [204, 401]
    unknown = {"emailId": email(), "password": PASSWORD}
    left = unknown | {"emailId": ada.email_id}
    answers = [ada.http.post("/api/login", json=login).json() for login in (unknown, left)]
    assert answers[0] == answers[1], "an account that has ended is unknown"
