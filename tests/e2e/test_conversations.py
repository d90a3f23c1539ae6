"""The list of conversations, read marks and typing."""

from typing import Any

from pymongo.database import Database

from tests.e2e.clients import Json, Person
from tests.e2e.people import MakePerson
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

Stored = dict[str, Any]  # Any: BSON


def send(sender: Person, receiver: Person, text: str) -> Json:
    answer = sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text})
    assert answer.status_code == 201, answer.text
    message: Json = answer.json()
    return message


def conversations(person: Person, **params: str | int) -> list[Json]:
    answer = person.get("/api/conversations", **params)
    assert answer.status_code == 200, answer.text
    listed: list[Json] = answer.json()["conversations"]
    return listed


def unread(person: Person) -> list[int]:
    return [conversation["unread"] for conversation in conversations(person)]


def test_the_list_shows_the_newest_conversation_first(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    assert conversations(ada) == []
    send(ada, bob, "to Bob")
    send(carol, ada, "to Ada")
    sent = send(bob, ada, "and back")
    first, second = conversations(ada)
    assert first == {
        "userId": bob.user_id,
        "lastMessage": {"seq": 2, "fromUserId": bob.user_id, "message": "and back", "ts": sent["ts"]},
        "lastSeq": 2,
        "readSeq": 0,
        "lastChange": 0,
        "unread": 1,
        "updatedAt": sent["ts"],
        "muted": False,
        "archived": False,
    }
    assert (second["userId"], second["unread"]) == (carol.user_id, 1)
    assert [conversation["userId"] for conversation in conversations(bob)] == [ada.user_id]


def test_the_list_is_paged(ada: Person, make_person: MakePerson) -> None:
    others = [make_person(f"Friend {number}") for number in range(5)]
    for other in others:
        send(other, ada, "hello")
    pages: list[list[str]] = []
    before: dict[str, str] = {}
    while True:
        answer = ada.get("/api/conversations", limit=2, **before).json()
        pages.append([conversation["userId"] for conversation in answer["conversations"]])
        if not answer["hasMore"]:
            break
        before = {"before": pages[-1][-1]}
    newest_first = [other.user_id for other in reversed(others)]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    unknown = ada.get("/api/conversations", before="0" * 24)
    assert (unknown.status_code, list(unknown.json()["fields"])) == (400, ["before"])


def test_a_read_mark_lowers_unread_and_is_pushed_to_the_other_devices(
    ada: Person, bob: Person, event_log: EventLog
) -> None:
    for number in range(3):
        send(ada, bob, str(number))
    send(bob, ada, "mine")
    assert (unread(ada), unread(bob)) == ([1], [3])
    with bob.device() as tablet, bob.device() as watch, ada.device() as phone:
        tablet.send("message:read", userId=ada.user_id, seq=2)
        pushed = {
            "event": "message:read",
            "conversationId": ":".join(sorted((ada.user_id, bob.user_id))),
            "userId": bob.user_id,
            "seq": 2,
        }
        assert phone.expect("message:read") == pushed
        assert watch.expect("message:read") == pushed
        assert unread(bob) == [1]
        # A lower seq, or the same once more, changes nothing and is not pushed.
        tablet.send("message:read", userId=ada.user_id, seq=1)
        tablet.send("message:read", userId=ada.user_id, seq=2)
        tablet.send("message:read", userId=ada.user_id, seq=4)
        assert phone.expect("message:read")["seq"] == 4
        assert tablet.received("message:read") == []
    assert (unread(ada), unread(bob)) == ([1], [0])
    assert conversations(bob)[0]["readSeq"] == 4
    events = eventually(
        lambda: read if len(read := event_log.of(bob.user_id, "MESSAGE_READ")) == 2 else [], what="both events"
    )
    assert sorted(event["data"]["seq"] for event in events) == [2, 4]


def test_unread_messages_are_counted_up_to_a_hundred(ada: Person, bob: Person) -> None:
    with ada.device() as phone:
        for number in range(105):
            phone.send("private-message", toUserId=bob.user_id, message="x", clientMessageId=str(number))
        for _ in range(105):
            phone.expect("ack")
    assert unread(bob) == [100]
    assert unread(ada) == [0]


def test_a_read_mark_without_its_message_is_refused(ada: Person, bob: Person) -> None:
    send(ada, bob, "one")
    with bob.device() as tablet:
        for frame, code, fields in (
            ({"userId": ada.user_id, "seq": 2}, "bad_request", ["seq"]),
            ({"userId": ada.user_id, "seq": 0}, "bad_request", ["seq"]),
            ({"userId": bob.user_id, "seq": 1}, "bad_request", ["userId"]),
            ({"userId": "0" * 24, "seq": 1}, "not_found", []),
        ):
            tablet.send("message:read", **frame)
            error = tablet.expect("error")
            assert (error["code"], list(error.get("fields", {}))) == (code, fields)
    assert unread(bob) == [1]


def test_typing_is_pushed_and_not_stored(ada: Person, bob: Person, mongodb: Database[Stored]) -> None:
    with ada.device() as phone, bob.device() as tablet, bob.device() as watch:
        phone.send("typing", toUserId=bob.user_id)
        for device in (tablet, watch):
            assert device.expect("typing") == {"event": "typing", "userId": ada.user_id}
        phone.send("typing", toUserId=ada.user_id)
        assert list(phone.expect("error")["fields"]) == ["toUserId"]
        phone.send("typing", toUserId="0" * 24)
        assert phone.expect("error")["code"] == "not_found"
    assert mongodb["conversations"].count_documents({"userIds": ada.user_id}) == 0


def test_between_blocked_users_typing_and_read_marks_are_not_pushed(ada: Person, bob: Person) -> None:
    send(ada, bob, "one")
    send(bob, ada, "two")
    assert ada.post(f"/api/blocks/{bob.user_id}").status_code == 204
    with ada.device() as phone, ada.device() as laptop, bob.device() as tablet:
        tablet.send("typing", toUserId=ada.user_id)
        assert tablet.expect("error")["code"] == "blocked"
        tablet.send("message:read", userId=ada.user_id, seq=1)
        eventually(lambda: conversations(bob)[0]["readSeq"] == 1, what="Bob's read mark")
        phone.send("message:read", userId=bob.user_id, seq=2)
        assert laptop.expect("message:read")["userId"] == ada.user_id
        assert tablet.received("message:read") == []
        assert laptop.received("message:read") == []
        assert laptop.received("typing") == []
