"""Message requests: what a stranger writes waits until its receiver accepts it, and its sender is told nothing."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from pymongo.database import Database

from tests.e2e.clients import Device, Json, Person, sign_up
from tests.e2e.moderators import queue, report
from tests.e2e.people import MakePerson
from tests.e2e.steps import block, connect
from tests.support.system import System
from tests.support.waiting import eventually

Stored = Database[dict[str, Any]]  # Any: BSON


@pytest.fixture
def bob(system: System) -> Iterator[Person]:
    """Somebody who is asked first, as everybody is who has signed up."""
    person = sign_up(system, "Bob", asked_first=True)
    yield person
    person.http.close()


def write(sender: Person, receiver: Person, text: str = "Hello", client_id: str | None = None) -> httpx.Response:
    body = {"toUserId": receiver.user_id, "message": text}
    return sender.post("/api/messages", body | ({"clientMessageId": client_id} if client_id else {}))


def listed(person: Person, path: str = "/api/conversations", **params: str | int) -> list[Json]:
    found = person.get(path, **params)
    assert found.status_code == 200, found.text
    conversations: list[Json] = found.json()["conversations"]
    return conversations


def requests(person: Person, **params: str | int) -> list[str]:
    return [each["userId"] for each in listed(person, "/api/conversations/requests", **params)]


def answer(person: Person, other: Person, status: str) -> httpx.Response:
    return person.post(f"/api/conversations/requests/{other.user_id}", {"status": status})


def notified(person: Person, kind: str) -> list[Json]:
    found = person.get("/api/notifications").json()["notifications"]
    return [each for each in found if each["type"] == kind]


def texts(person: Person, other: Person) -> list[str]:
    return [message["message"] for message in person.get(f"/api/messages/{other.user_id}").json()["messages"]]


def nothing_arrives(device: Device, *events: str) -> None:
    """Pushes are sent before the answer to what causes them, so what was pushed has arrived."""
    assert not device.unread() & {*events}


def test_whoever_has_signed_up_is_asked_first(bob: Person) -> None:
    assert bob.get("/api/profile").json()["messagesFrom"] == "requests"
    for wanted in ("everyone", "connections", "requests"):
        assert bob.patch("/api/profile", {"messagesFrom": wanted}).json()["messagesFrom"] == wanted
        assert bob.get("/api/profile").json()["messagesFrom"] == wanted


def test_a_stranger_s_message_is_stored_and_waits(ada: Person, bob: Person) -> None:
    with ada.device() as phone, ada.device() as laptop, bob.device() as tablet:
        phone.send("private-message", toUserId=bob.user_id, message="my secret", clientMessageId="1")
        assert phone.expect("ack", clientMessageId="1")["seq"] == 1
        assert laptop.expect("private-message")["message"] == "my secret"
        told = tablet.expect("notification", type="MESSAGE_REQUEST_NOTIFICATION")
        assert (told["fromUserId"], told["text"]) == (ada.user_id, "Ada Lovelace would like to write to you.")
        batch = [{"message": text, "clientMessageId": text} for text in ("two", "three")]
        assert ada.post("/api/messages/batch", {"toUserId": bob.user_id, "messages": batch}).status_code == 200
        again = write(ada, bob, "two", "two")
        assert (again.status_code, again.json()["seq"]) == (200, 2)
        nothing_arrives(tablet, "private-message", "private-messages", "notification")
    assert listed(bob) == listed(bob, archived="true") == []
    [waiting] = listed(bob, "/api/conversations/requests")
    assert (waiting["userId"], waiting["lastSeq"], waiting["unread"]) == (ada.user_id, 3, 3)
    [sent] = listed(ada)
    assert (sent["userId"], sent["lastSeq"]) == (bob.user_id, 3)
    assert texts(bob, ada) == texts(ada, bob) == ["my secret", "two", "three"]
    assert len(notified(bob, "MESSAGE_REQUEST_NOTIFICATION")) == 1


def test_an_accepted_request_is_a_conversation_like_any_other(ada: Person, bob: Person) -> None:
    write(ada, bob, "one")
    with bob.device() as tablet, bob.device() as laptop, ada.device() as phone:
        assert answer(bob, ada, "accepted").json() == {"userId": ada.user_id, "status": "accepted"}
        for device in (tablet, laptop):
            device.expect("conversation:request", userId=ada.user_id, status="accepted")
        assert answer(bob, ada, "accepted").status_code == 200, "a repeat changes nothing"
        assert (requests(bob), [each["unread"] for each in listed(bob)]) == ([], [1])
        write(ada, bob, "two")
        assert tablet.expect("private-message")["seq"] == 2
        tablet.send("message:read", userId=ada.user_id, seq=2)
        assert phone.expect("message:read")["seq"] == 2
        phone.send("typing", toUserId=bob.user_id)
        tablet.expect("typing", userId=ada.user_id)
        assert answer(bob, ada, "ignored").json()["code"] == "conflict"
    assert requests(bob) == []


@pytest.mark.parametrize("by", ["message", "reaction", "connection"])
def test_whoever_answers_accepts(ada: Person, bob: Person, by: str) -> None:
    write(ada, bob, "one")
    with ada.device() as phone, bob.device() as tablet:
        match by:
            case "message":
                write(bob, ada, "hello yourself")
                assert phone.expect("private-message")["seq"] == 2
            case "reaction":
                assert bob.post(f"/api/messages/{ada.user_id}/1/reaction", {"reaction": "👍"}).status_code == 200
                assert phone.expect("message:changed")["reactions"] == {bob.user_id: "👍"}
            case "connection":
                connect(ada, bob)
        assert (requests(bob), [each["userId"] for each in listed(bob)]) == ([], [ada.user_id])
        write(ada, bob, "and now?")
        assert tablet.expect("private-message", fromUserId=ada.user_id)["message"] == "and now?"


def test_connected_users_and_those_who_take_everything_are_not_asked(ada: Person, bob: Person) -> None:
    connect(ada, bob)
    with ada.device() as phone, bob.device() as tablet:
        write(ada, bob)
        assert tablet.expect("private-message")["seq"] == 1
        write(bob, ada)
        assert phone.expect("private-message", fromUserId=bob.user_id)["seq"] == 2
    assert requests(bob) == requests(ada) == []


def test_a_conversation_from_before_stays_accepted(ada: Person, bob: Person) -> None:
    bob.patch("/api/profile", {"messagesFrom": "everyone"})
    write(ada, bob, "one")
    bob.patch("/api/profile", {"messagesFrom": "requests"})
    with bob.device() as tablet:
        write(ada, bob, "two")
        assert tablet.expect("private-message")["seq"] == 2
    assert (requests(bob), len(listed(bob))) == ([], 1)


def seen_by(sender: Person, receiver: Person, device: Device, text: str) -> list[object]:
    """Everything that a sender can see of what becomes of their messages."""
    sent = write(sender, receiver, text)
    seq = sent.json()["seq"]
    device.send("private-message", toUserId=receiver.user_id, message=text, clientMessageId=f"{text}-again")
    ack = device.expect("ack", clientMessageId=f"{text}-again")
    edited = sender.patch(f"/api/messages/{receiver.user_id}/{seq}", {"message": "other"})
    deleted = sender.delete(f"/api/messages/{receiver.user_id}/{seq}")
    device.send("typing", toUserId=receiver.user_id)
    wanted = {"userId": receiver.user_id, "afterSeq": 0, "afterChange": 0}
    device.send("sync", conversations=[wanted], requestId=text)
    synced = device.expect("sync", requestId=text)
    [conversation] = listed(sender)
    online = sender.get("/api/presence", userIds=receiver.user_id).json()["presence"][0]["online"]
    return [
        (sent.status_code, sorted(sent.json()), sorted(ack)),
        (edited.status_code, sorted(edited.json()), deleted.status_code, sorted(deleted.json())),
        (sorted(synced), synced["readSeq"], sorted(conversation), conversation["readSeq"], online),
        (sorted(device.unread()), sender.get(f"/api/users/{receiver.user_id}").status_code),
    ]


def test_a_sender_cannot_tell_waiting_from_read_from_ignored(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    with ada.device() as phone, carol.device() as other, bob.device() as tablet:
        before = seen_by(ada, bob, phone, "1")
        assert before == seen_by(carol, bob, other, "1")
        texts(bob, ada)  # Bob looks at what Ada has written
        tablet.send("message:read", userId=ada.user_id, seq=1, requestId="read")
        tablet.send("typing", toUserId=ada.user_id, requestId="typing")
        eventually(lambda: listed(bob, "/api/conversations/requests")[1]["readSeq"] == 1, what="Bob's own mark")
        nothing_arrives(tablet, "error")
        assert answer(bob, ada, "ignored").status_code == 200
        tablet.expect("conversation:request", userId=ada.user_id, status="ignored")
        assert (requests(bob), requests(bob, ignored="true")) == ([carol.user_id], [ada.user_id])
        phone.forget()
        other.forget()
        assert seen_by(ada, bob, phone, "2") == seen_by(carol, bob, other, "2")
        nothing_arrives(tablet, "private-message", "message:changed", "typing")
        nothing_arrives(phone, "message:read", "typing", "conversation:request")
        assert answer(bob, ada, "ignored").status_code == 200, "a repeat changes nothing"
        assert answer(bob, ada, "accepted").status_code == 200, "nor is it for ever"
        write(ada, bob, "3")
        assert tablet.expect("private-message")["message"] == "3"


def test_one_stranger_takes_one_place_whatever_they_write(ada: Person, bob: Person, make_person: MakePerson) -> None:
    others = [make_person(name) for name in ("Carol", "Dora", "Emil")]
    for sender in others[:2]:
        write(sender, bob)
    for number in range(20):
        write(ada, bob, str(number))
    write(others[2], bob)
    newest_first = [others[2], ada, others[1], others[0]]
    assert requests(bob) == [sender.user_id for sender in newest_first]
    paged = [requests(bob, limit=2), requests(bob, limit=2, before=ada.user_id)]
    assert paged == [[each.user_id for each in newest_first[:2]], [each.user_id for each in newest_first[2:]]]
    eventually(lambda: len(notified(bob, "MESSAGE_REQUEST_NOTIFICATION")) == 4, what="one notification of each")
    assert notified(bob, "MESSAGE_NOTIFICATION") == []
    assert bob.get("/api/conversations/requests", before=bob.user_id).json()["code"] == "bad_request"


def test_a_blocked_stranger_s_request_is_shown_no_more(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    for sender in (ada, carol):
        write(sender, bob)
    block(bob, ada)
    assert requests(bob) == [carol.user_id]
    assert write(ada, bob).json()["code"] == "blocked"
    assert write(carol, bob).status_code == 201
    assert bob.delete(f"/api/blocks/{ada.user_id}").status_code == 204
    assert requests(bob) == [carol.user_id, ada.user_id]


def test_a_request_that_is_reported_shows_the_moderators_what_was_written(
    ada: Person, bob: Person, mod: Person
) -> None:
    write(ada, bob, "Buy my coins!")
    assert report(bob, ada, seq=1).status_code == 204
    [case] = [each for each in queue(mod) if each["userId"] == ada.user_id]
    assert case["message"]["message"] == "Buy my coins!"
    assert requests(bob) == [ada.user_id], "a report accepts nothing"


def test_what_follows_in_a_request_notifies_nobody_before_it_is_accepted(
    ada: Person, bob: Person, mongodb: Stored
) -> None:
    of_messages = {"userId": bob.user_id, "type": "MESSAGE_NOTIFICATION"}
    write(ada, bob)
    write(ada, bob, "are you there?")
    eventually(lambda: notified(bob, "MESSAGE_REQUEST_NOTIFICATION"), what="the notification of the request")
    [hidden] = eventually(lambda: list(mongodb.notifications.find(of_messages)), what="that of the second message")
    assert (hidden["seq"], hidden["hidden"], notified(bob, "MESSAGE_NOTIFICATION")) == (2, True, [])
    write(bob, ada)
    write(ada, bob, "you are")
    [told] = eventually(lambda: notified(bob, "MESSAGE_NOTIFICATION"), what="that of the fourth")
    shown = mongodb.notifications.find_one({"_id": told["notificationId"]})
    assert shown is not None
    assert shown["seq"] == 4


def test_who_wants_no_notice_of_requests_has_them_in_the_list_alone(ada: Person, bob: Person, mongodb: Stored) -> None:
    changed = bob.patch("/api/notifications/preferences", {"messageRequest": {"inApp": False}}).json()
    assert changed["messageRequest"] == {"inApp": False, "push": True}
    refused = bob.patch("/api/notifications/preferences", {"messageRequest": {"mail": True}})
    assert refused.json()["code"] == "bad_request"
    write(ada, bob)
    eventually(lambda: mongodb.notifications.find_one({"userId": bob.user_id, "hidden": True}), what="what is hidden")
    assert (notified(bob, "MESSAGE_REQUEST_NOTIFICATION"), requests(bob)) == ([], [ada.user_id])


def test_there_is_nothing_to_answer_where_nobody_has_written(ada: Person, bob: Person) -> None:
    for status in ("accepted", "ignored"):
        assert answer(bob, ada, status).json()["code"] == "not_found"
        assert answer(bob, bob, status).json()["code"] == "bad_request"
    write(ada, bob)
    assert answer(ada, bob, "ignored").json()["code"] == "conflict", "nobody can ignore what they have written"
    assert answer(ada, bob, "accepted").status_code == 200
    assert requests(bob) == [ada.user_id], "nor accept it for the other"


def test_strangers_who_write_to_each_other_at_once_have_accepted(system: System, bob: Person) -> None:
    with ExitStack() as stack:
        eve = sign_up(system, "Eve", asked_first=True)
        stack.callback(eve.http.close)
        phone, tablet = stack.enter_context(eve.device()), stack.enter_context(bob.device())
        for device, other in ((phone, bob), (tablet, eve)):
            device.send("private-message", toUserId=other.user_id, message="Hi", clientMessageId="1")
        assert {device.expect("ack", clientMessageId="1")["seq"] for device in (phone, tablet)} == {1, 2}
        for sender, device, receiver in ((eve, tablet, bob), (bob, phone, eve)):
            assert requests(sender) == []
            write(sender, receiver, "again")
            device.expect("private-message", fromUserId=sender.user_id, message="again")
