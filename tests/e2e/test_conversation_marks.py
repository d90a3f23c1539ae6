"""A user mutes or archives a conversation, of which the other user sees nothing."""

from typing import Any

import httpx
import pytest
from pymongo.database import Database

from tests.e2e.clients import Json, Person
from tests.e2e.people import MakePerson
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

Stored = Database[dict[str, Any]]  # Any: BSON


def send(sender: Person, receiver: Person, text: str) -> None:
    answer = sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text})
    assert answer.status_code == 201, answer.text


def change(person: Person, other: Person, **marks: object) -> httpx.Response:
    return person.http.patch(f"/api/conversations/{other.user_id}", json=marks, headers=person.authorization)


def listed(person: Person, **query: str) -> list[str]:
    answer = person.get("/api/conversations", **query)
    assert answer.status_code == 200, answer.text
    return [conversation["userId"] for conversation in answer.json()["conversations"]]


def archived(person: Person) -> list[str]:
    return listed(person, archived="true")


def the_only(person: Person, **query: str) -> Json:
    [conversation] = person.get("/api/conversations", **query).json()["conversations"]
    found: Json = conversation
    return found


def test_an_archived_conversation_is_in_a_list_of_its_own(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    for other in (bob, carol):
        send(other, ada, "hi")
    assert change(ada, bob, archived=True).json() == {"userId": bob.user_id, "muted": False, "archived": True}
    assert (listed(ada), archived(ada)) == ([carol.user_id], [bob.user_id])
    assert the_only(ada, archived="true")["archived"] is True
    assert (listed(bob), archived(bob)) == ([ada.user_id], []), "Bob is not told"
    change(ada, bob, archived=False)
    assert (listed(ada), archived(ada)) == ([carol.user_id, bob.user_id], [])


@pytest.mark.parametrize("sender", ["ada", "bob"])
def test_a_message_brings_an_archived_conversation_back(ada: Person, bob: Person, sender: str) -> None:
    send(bob, ada, "one")
    change(ada, bob, archived=True)
    change(bob, ada, archived=True)
    send(*((ada, bob) if sender == "ada" else (bob, ada)), "two")
    for person, other in ((ada, bob), (bob, ada)):
        assert (listed(person), archived(person)) == ([other.user_id], [])


@pytest.mark.parametrize("first", ["muted", "archived"])
def test_no_message_brings_back_what_is_muted_too(ada: Person, bob: Person, first: str) -> None:
    send(bob, ada, "one")
    for mark in (first, "archived" if first == "muted" else "muted"):
        change(ada, bob, **{mark: True})
    send(bob, ada, "two")
    assert (listed(ada), archived(ada)) == ([], [bob.user_id])
    assert change(ada, bob, muted=False).json() == {"userId": bob.user_id, "muted": False, "archived": True}
    send(bob, ada, "three")
    assert (listed(ada), archived(ada)) == ([bob.user_id], [])


def test_a_muted_conversation_makes_no_notification_and_its_messages_arrive(
    ada: Person, bob: Person, mongodb: Stored, event_log: EventLog
) -> None:
    send(ada, bob, "one")
    eventually(lambda: mongodb.notifications.find_one({"userId": bob.user_id}), what="the first notification")
    bob.post(
        "/api/notifications/read",
        {"notificationIds": [bob.get("/api/notifications").json()["notifications"][0]["notificationId"]]},
    )
    change(bob, ada, muted=True)
    send(ada, bob, "two")
    eventually(lambda: len(event_log.of(ada.user_id, "MESSAGE_ANALYTICS")) == 2, what="both messages in the analytics")
    eventually(lambda: mongodb.notifications.find_one({"userId": bob.user_id, "seq": 2}), what="the hidden one")
    assert len(bob.get("/api/notifications").json()["notifications"]) == 1
    assert bob.get("/api/notifications").json()["unread"] == 0
    assert (the_only(bob)["unread"], the_only(bob)["muted"]) == (2, True)
    with bob.device() as phone:
        send(ada, bob, "three")
        assert phone.expect("private-message")["message"] == "three"


def test_the_users_own_devices_are_told_and_the_other_users_are_not(ada: Person, bob: Person) -> None:
    send(bob, ada, "one")
    with ada.device() as phone, bob.device() as tablet:
        change(ada, bob, muted=True)
        assert phone.expect("conversation:changed") == {
            "event": "conversation:changed",
            "userId": bob.user_id,
            "muted": True,
            "archived": False,
        }
        assert tablet.received("conversation:changed") == []


def test_a_conversation_that_is_not_there_is_not_found(ada: Person, bob: Person) -> None:
    assert change(ada, bob, muted=True).status_code == 404
    assert change(ada, ada, muted=True).status_code == 404
    refused = ada.get("/api/conversations", archived="yes")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["archived"])


def test_an_archive_that_is_full_takes_no_more(ada: Person, bob: Person, mongodb: Stored) -> None:
    send(bob, ada, "one")
    mongodb.conversations.insert_many(
        [{"_id": f"{ada.user_id} full {number}", "archived": [ada.user_id]} for number in range(1_000)]
    )
    refused = change(ada, bob, archived=True)
    mongodb.conversations.delete_many({"_id": {"$regex": f"^{ada.user_id} full"}})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert change(ada, bob, archived=True).status_code == 200
