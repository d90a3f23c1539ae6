"""Edits, deletions, reactions and replies, as clients see them, and who may make them."""

from collections.abc import Callable

import httpx
import pytest

from tests.e2e.clients import Json, Person
from tests.e2e.people import MakePerson

EDIT, DELETE, REACT = "message:edit", "message:delete", "message:react"


def edit(person: Person, other: Person, seq: int = 1, text: str = "another") -> httpx.Response:
    return person.patch(f"/api/messages/{other.user_id}/{seq}", {"message": text})


def react(person: Person, other: Person, seq: int = 1, emoji: str | None = "👍") -> httpx.Response:
    return person.post(f"/api/messages/{other.user_id}/{seq}/reaction", {"reaction": emoji})


def delete(person: Person, other: Person, seq: int = 1) -> httpx.Response:
    return person.delete(f"/api/messages/{other.user_id}/{seq}")


def send(person: Person, other: Person, text: str = "hi", **fields: object) -> httpx.Response:
    return person.post("/api/messages", {"toUserId": other.user_id, "message": text, **fields})


def history(person: Person, other: Person) -> list[Json]:
    messages: list[Json] = person.get(f"/api/messages/{other.user_id}").json()["messages"]
    return messages


@pytest.mark.parametrize("by_frame", [True, False], ids=["over the websocket", "over REST"])
def test_a_change_reaches_every_device_of_both_and_the_history(ada: Person, bob: Person, by_frame: bool) -> None:
    send(ada, bob)
    with ada.device() as phone, ada.device() as laptop, bob.device() as tablet:
        changes: list[tuple[str, Json, Callable[[], httpx.Response], Json]] = [
            (EDIT, {"message": "another"}, lambda: edit(ada, bob), {"message": "another"}),
            (REACT, {"reaction": "👍"}, lambda: react(ada, bob), {"reactions": {ada.user_id: "👍"}}),
            (DELETE, {}, lambda: delete(ada, bob), {"message": "", "deleted": True}),
        ]
        for number, (action, fields, call, expected) in enumerate(changes, 1):
            answer = None
            if by_frame:
                phone.send(action, userId=bob.user_id, seq=1, **fields)
            else:
                answer = call()
                assert answer.status_code == 200, answer.text
            pushed = [device.expect("message:changed", change=number) for device in (phone, laptop, tablet)]
            assert pushed[0] == pushed[1] == pushed[2]
            assert expected.items() <= pushed[0].items()
            del pushed[0]["event"]
            assert history(bob, ada) == history(ada, bob) == [pushed[0]]
            assert answer is None or answer.json() == pushed[0]
    assert "reactions" not in history(bob, ada)[0], "a deletion takes the reactions along"


def test_a_repeat_is_answered_and_pushed_alike(ada: Person, bob: Person) -> None:
    send(ada, bob)
    with bob.device() as tablet:
        first, again = edit(ada, bob), edit(ada, bob)
        assert first.json() == again.json()
        assert tablet.expect("message:changed") == tablet.expect("message:changed")
    assert edit(ada, bob, text="third").json()["change"] == 2


def test_a_device_that_was_away_is_told_of_each_message_that_has_changed(ada: Person, bob: Person) -> None:
    for text in ("one", "two", "three"):
        send(ada, bob, text)
    with bob.device() as tablet:
        tablet.send("message:read", userId=ada.user_id, seq=2)
    edit(ada, bob, 1, "first")
    edit(ada, bob, 1, "second")
    react(bob, ada, 3)
    delete(ada, bob, 2)
    send(ada, bob, "four")
    with bob.device() as tablet:
        tablet.send("sync", conversations=[{"userId": ada.user_id, "afterSeq": 3, "afterChange": 0}])
        answer = tablet.expect("sync")
        assert [message["seq"] for message in answer["messages"]] == [4]
        seen = [(message["seq"], message["change"], message["message"]) for message in answer["changed"]]
        assert seen == [(1, 2, "second"), (3, 3, "three"), (2, 4, "")]
        assert (answer["lastChange"], answer["complete"]) == (4, True)
        assert answer["readSeq"] == {bob.user_id: 2}
        tablet.send("sync", conversations=[{"userId": ada.user_id, "afterSeq": 4, "afterChange": 4}])
        again = tablet.expect("sync")
        assert (again["messages"], again["changed"], again["complete"]) == ([], [], True)
        tablet.send("sync", conversations=[{"userId": ada.user_id, "afterSeq": 0}])
        old = tablet.expect("sync")
        assert [message["message"] for message in old["messages"]] == ["second", "", "three", "four"]
        assert old.keys() == {"event", "userId", "messages", "complete"}, "a client that knows no changes"


def test_a_page_of_history_tells_from_which_change_on_to_sync(ada: Person, bob: Person) -> None:
    send(ada, bob)
    edit(ada, bob, text="first")
    filled = bob.get(f"/api/messages/{ada.user_id}").json()
    assert (filled["lastChange"], filled["messages"][0]["message"]) == (1, "first")
    edit(ada, bob, text="second")
    changed = bob.get(f"/api/messages/{ada.user_id}").json()
    assert (changed["lastChange"], changed["messages"][0]["message"]) == (2, "second")
    with bob.device() as tablet:
        tablet.send("sync", conversations=[{"userId": ada.user_id, "afterSeq": 1, "afterChange": filled["lastChange"]}])
        assert [message["message"] for message in tablet.expect("sync")["changed"]] == ["second"]


def test_a_list_of_conversations_tells_that_the_newest_message_was_deleted(ada: Person, bob: Person) -> None:
    send(ada, bob)
    [before] = bob.get("/api/conversations").json()["conversations"]
    assert (before["lastChange"], before["lastMessage"]["message"]) == (0, "hi")
    delete(ada, bob)
    [after] = bob.get("/api/conversations").json()["conversations"]
    assert (after["lastChange"], after["lastMessage"]["message"], after["lastMessage"]["deleted"]) == (1, "", True)


def test_a_reply_is_one_to_a_message_that_exists(ada: Person, bob: Person) -> None:
    send(ada, bob)
    answer = send(bob, ada, "an answer", replyTo=1)
    assert answer.status_code == 201
    assert history(ada, bob)[1]["replyTo"] == 1
    for seq in (3, 2**53 - 1):
        refused = send(bob, ada, "an answer", replyTo=seq)
        assert (refused.status_code, list(refused.json()["fields"])) == (400, ["replyTo"])
    refused = bob.post(
        "/api/messages/batch",
        {"toUserId": ada.user_id, "messages": [{"message": "x", "clientMessageId": "1", "replyTo": 9}]},
    )
    assert refused.status_code == 400
    assert len(history(ada, bob)) == 2


@pytest.mark.parametrize("seq", ["0", "2", "-1", "1.0", "x", "9007199254740993", str(10**30)])
def test_a_message_that_does_not_exist_is_not_found(ada: Person, bob: Person, seq: str) -> None:
    send(ada, bob)
    for answer in (
        ada.patch(f"/api/messages/{bob.user_id}/{seq}", {"message": "x"}),
        ada.delete(f"/api/messages/{bob.user_id}/{seq}"),
        ada.post(f"/api/messages/{bob.user_id}/{seq}/reaction", {"reaction": "👍"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_nobody_changes_a_message_of_another(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    send(ada, bob)
    assert edit(bob, ada).json()["code"] == "forbidden"
    assert delete(bob, ada).json()["code"] == "forbidden"
    with bob.device() as tablet:
        tablet.send(EDIT, userId=ada.user_id, seq=1, message="x")
        tablet.expect("error", code="forbidden", action=EDIT, userId=ada.user_id, seq=1)
    for other in (ada, bob):
        # Carol names conversations of her own, which have no such message: there is no way to name another one.
        assert (
            edit(carol, other).status_code == react(carol, other).status_code == delete(carol, other).status_code == 404
        )
    assert edit(ada, ada).status_code == 400
    assert history(bob, ada)[0]["message"] == "hi"
    assert "change" not in history(bob, ada)[0]


def test_who_is_blocked_neither_edits_nor_reacts_but_deletes(ada: Person, bob: Person) -> None:
    send(ada, bob)
    send(bob, ada)
    bob.post(f"/api/blocks/{ada.user_id}")
    assert edit(ada, bob).json()["code"] == "blocked"
    assert react(ada, bob, 2).json()["code"] == "blocked"
    with ada.device() as phone, bob.device() as tablet:
        phone.send(REACT, userId=bob.user_id, seq=2, reaction="👍")
        phone.expect("error", code="blocked", action=REACT)
        assert tablet.received("message:changed") == []
    assert delete(ada, bob).json()["deleted"] is True


def test_who_may_not_write_to_a_stranger_may_not_tell_them_anything_by_edits(ada: Person, bob: Person) -> None:
    send(ada, bob)
    bob.patch("/api/profile", {"messagesFrom": "connections"})
    assert edit(ada, bob).json()["code"] == "connections_only"
    assert react(ada, bob).json()["code"] == "connections_only"
    bob.patch("/api/profile", {"messagesFrom": "everyone"})
    assert edit(ada, bob).status_code == 200


def test_an_account_that_was_left_neither_changes_nor_is_reacted_to(make_person: MakePerson) -> None:
    ada, bob = make_person("Ada"), make_person("Bob")
    send(ada, bob)
    send(bob, ada)
    react(bob, ada, 1)
    bob.http.request(
        "DELETE", "/api/profile", json={"currentPassword": "correct horse"}, headers=bob.authorization
    ).raise_for_status()
    assert [call.status_code for call in (edit(bob, ada, 2), react(bob, ada), delete(bob, ada, 2))] == [401] * 3
    assert edit(ada, bob).status_code == react(ada, bob, 2).status_code == 404
    assert delete(ada, bob).json()["deleted"] is True, "it is Ada's own"
    assert [message["message"] for message in history(ada, bob)] == ["", "hi"]


def test_a_message_that_is_sent_again_after_a_change_is_the_first_one(ada: Person, bob: Person) -> None:
    first = send(ada, bob, "secret", clientMessageId="1")
    delete(ada, bob)
    again = send(ada, bob, "secret", clientMessageId="1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert send(ada, bob, "another", clientMessageId="1").status_code == 409
    assert [message["message"] for message in history(bob, ada)] == [""]
