"""Blocks: what a blocked user can no longer do, and can no longer see."""

from contextlib import ExitStack
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.e2e.clients import Device, Person
from tests.e2e.people import MakePerson
from tests.e2e.steps import block, connect, read_marks, subscribe
from tests.support.waiting import eventually


def unblock(blocker: Person, other: Person) -> None:
    answer = blocker.delete(f"/api/blocks/{other.user_id}")
    assert (answer.status_code, answer.content) == (204, b"")


def presence(watcher: Person, *people: Person) -> list[tuple[bool, bool]]:
    """Returns (online, whether lastSeenAt is given) of each user."""
    states = watcher.get("/api/presence", userIds=",".join(person.user_id for person in people)).json()["presence"]
    return [(state["online"], state["lastSeenAt"] is not None) for state in states]


def refused_over_the_socket(device: Device, receiver: Person) -> str:
    device.send("private-message", toUserId=receiver.user_id, message="hi", clientMessageId="mine")
    return str(device.expect("error", clientMessageId="mine")["code"])


def test_a_blocked_user_can_neither_write_nor_connect(ada: Person, bob: Person) -> None:
    message = {"toUserId": bob.user_id, "message": "hi"}
    assert ada.post("/api/messages", message).status_code == 201  # from here on both users are cached
    block(bob, ada)
    for answer in (
        ada.post("/api/messages", message),
        ada.post(f"/api/connections/{bob.user_id}", {"status": "interested"}),
        ada.post(f"/api/connections/requests/{bob.user_id}", {"status": "accepted"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "blocked")
    with ada.device() as device:
        assert refused_over_the_socket(device, bob) == "blocked"
        unblock(bob, ada)
        device.send("private-message", **message, clientMessageId="again")
        device.expect("ack", clientMessageId="again")
    assert ada.post(f"/api/connections/{bob.user_id}", {"status": "interested"}).status_code == 201


def test_a_repeat_after_a_block_still_gets_the_first_answer(ada: Person, bob: Person) -> None:
    message = {"toUserId": bob.user_id, "message": "hi", "clientMessageId": "1"}
    first = ada.post("/api/messages", message)
    block(bob, ada)
    with ada.device() as sender, bob.device() as receiver:
        repeated = ada.post("/api/messages", message)
        assert (repeated.status_code, repeated.json()) == (200, first.json())
        sender.send("private-message", **message)
        assert sender.expect("ack", clientMessageId="1")["seq"] == 1
        assert refused_over_the_socket(sender, bob) == "blocked"
        assert receiver.received("private-message") == [], "nothing is pushed to the blocker"


def test_a_block_is_one_sided(ada: Person, bob: Person) -> None:
    block(bob, ada)
    assert bob.post("/api/messages", {"toUserId": ada.user_id, "message": "hi"}).status_code == 201
    with ada.device():
        assert bob.is_online(ada)


def test_a_repeated_block_or_unblock_changes_nothing(
    ada: Person, bob: Person, mongodb: Database[dict[str, Any]]
) -> None:
    for _ in range(3):
        block(bob, ada)
    user = mongodb.users.find_one({"emailId": bob.email_id})
    assert user is not None
    assert user["blocked"] == [ada.user_id]
    for _ in range(3):
        unblock(bob, ada)
    assert ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"}).status_code == 201


def test_a_blocker_seems_offline_to_the_blocked_user(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    with ada.device() as adas, bob.device(), carol.device():
        eventually(lambda: presence(ada, carol, bob) == [(True, True)] * 2, what="the times when they were seen last")
        block(bob, ada)
        assert presence(ada, carol, bob) == [(True, True), (False, False)]
        for action in ("presence:query", "presence:subscribe"):
            adas.send(action, userIds=[bob.user_id, carol.user_id])
            seen = adas.expect("presence:state", userId=bob.user_id)
            assert (seen["online"], seen["lastSeenAt"]) == (False, None)
            assert adas.expect("presence:state", userId=carol.user_id)["online"]
        assert carol.is_online(bob)
        unblock(bob, ada)
        assert ada.is_online(bob)


@pytest.mark.parametrize("near", ["watching", "connected"])
def test_a_blocked_watcher_sees_the_blocker_go_offline_and_come_back(
    ada: Person, bob: Person, make_person: MakePerson, near: str
) -> None:
    carol = make_person("Carol")
    if near == "connected":
        connect(ada, bob)
        connect(carol, bob)
    with ada.device() as adas, carol.device() as carols, ExitStack() as bobs:
        if near == "watching":
            for device in (adas, carols):
                subscribe(device, bob)
        bobs.enter_context(bob.device())
        for device in (adas, carols):
            device.expect("presence", userId=bob.user_id, online=True)
        block(bob, ada)
        assert adas.expect("presence", userId=bob.user_id, online=False) == {
            "event": "presence",
            "userId": bob.user_id,
            "online": False,
            "lastSeenAt": None,
        }
        unblock(bob, ada)
        adas.expect("presence", userId=bob.user_id, online=True)
        assert carols.received("presence") == []


def test_a_block_hides_how_far_each_of_the_two_has_read(ada: Person, bob: Person) -> None:
    assert ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"}).status_code == 201
    assert bob.post("/api/messages", {"toUserId": ada.user_id, "message": "hi"}).status_code == 201
    with ada.device() as adas, bob.device() as bobs:
        bobs.send("message:read", userId=ada.user_id, seq=1)
        adas.expect("message:read", userId=bob.user_id)
        adas.send("message:read", userId=bob.user_id, seq=2)
        bobs.expect("message:read", userId=ada.user_id)
        block(bob, ada)
        assert read_marks(adas, bob) == {ada.user_id: 2}
        assert read_marks(bobs, ada) == {bob.user_id: 1}
        unblock(bob, ada)
        assert read_marks(adas, bob) == {ada.user_id: 2, bob.user_id: 1}


def test_a_blocked_user_who_does_not_watch_gets_no_presence(ada: Person, bob: Person) -> None:
    with ada.device() as adas, bob.device():
        block(bob, ada)
        unblock(bob, ada)
        assert adas.received("presence") == []


def test_blocking_oneself_or_an_unknown_user_is_refused(ada: Person, bob: Person) -> None:
    for call in (ada.post, ada.delete):
        own = call(f"/api/blocks/{ada.user_id}")
        assert (own.status_code, list(own.json()["fields"])) == (400, ["userId"])
        assert [call(f"/api/blocks/{user_id}").status_code for user_id in ("f" * 24, "nobody")] == [404, 404]
    extra = ada.post(f"/api/blocks/{bob.user_id}", {"reason": "x"})
    assert (extra.status_code, list(extra.json()["fields"])) == (400, ["reason"])


def test_at_most_a_thousand_users_can_be_blocked(
    ada: Person, bob: Person, make_person: MakePerson, mongodb: Database[dict[str, Any]]
) -> None:
    carol = make_person("Carol")
    others = [str(ObjectId()) for _ in range(999)]
    mongodb.users.update_one({"emailId": ada.email_id}, {"$set": {"blocked": others}})
    block(ada, bob)
    refused = ada.post(f"/api/blocks/{carol.user_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "1,000" in refused.json()["error"]
    block(ada, bob)  # a user who is blocked already does not count once more
    assert carol.post("/api/messages", {"toUserId": ada.user_id, "message": "hi"}).status_code == 201
    unblock(ada, bob)
    block(ada, carol)
    assert carol.post("/api/messages", {"toUserId": ada.user_id, "message": "hi"}).status_code == 403
