"""Presence as it is pushed to other users."""

from typing import Any

from pymongo.database import Database

from tests.e2e.clients import Person
from tests.e2e.people import MakePerson
from tests.e2e.steps import connect, subscribe
from tests.support.waiting import eventually


def test_a_watcher_is_sent_each_change(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    with ada.device() as adas, carol.device():
        assert subscribe(adas, bob, carol) == {bob.user_id: False, carol.user_id: True}
        with bob.device():
            came = adas.expect("presence", userId=bob.user_id, online=True)
            assert set(came) == {"event", "userId", "online", "lastSeenAt"}
        gone = adas.expect("presence", userId=bob.user_id, online=False)
        assert gone["lastSeenAt"] is not None


def test_a_device_that_leaves_while_another_one_is_online_is_not_told(ada: Person, bob: Person) -> None:
    with ada.device() as adas:
        subscribe(adas, bob)
        with bob.device():
            adas.expect("presence", userId=bob.user_id, online=True)
            with bob.device():
                adas.expect("presence", userId=bob.user_id, online=True)
        adas.expect("presence", userId=bob.user_id, online=False)  # Bob's events come in their order
        assert adas.received("presence") == []


def test_a_heartbeat_keeps_subscriptions_and_unsubscribe_ends_one(
    ada: Person, bob: Person, make_person: MakePerson
) -> None:
    carol = make_person("Carol")
    with ada.device() as adas:
        subscribe(adas, bob, carol)
        adas.send("register")
        adas.expect("registered")
        with bob.device():
            adas.expect("presence", userId=bob.user_id, online=True)
            adas.send("presence:unsubscribe", userIds=[bob.user_id])
            adas.send("register")
            adas.expect("registered")
        eventually(lambda: not ada.is_online(bob), what="Bob offline")
        # Carol's change comes after Bob's: had Bob's been pushed, it would have arrived by then.
        with carol.device():
            adas.expect("presence", userId=carol.user_id, online=True)
        assert all(frame["online"] for frame in adas.received("presence") if frame["userId"] == bob.user_id)


def test_connected_users_get_presence_without_a_subscription_and_strangers_do_not(
    ada: Person, bob: Person, make_person: MakePerson
) -> None:
    carol = make_person("Carol")
    connect(ada, bob)
    with bob.device() as bobs, carol.device() as carols:
        with ada.device():
            bobs.expect("presence", userId=ada.user_id, online=True)
        bobs.expect("presence", userId=ada.user_id, online=False)
        assert carols.received("presence") == []


def test_a_blocked_watcher_gets_no_presence(
    ada: Person, bob: Person, make_person: MakePerson, mongodb: Database[dict[str, Any]]
) -> None:
    carol = make_person("Carol")
    mongodb.users.update_one({"emailId": bob.email_id}, {"$set": {"blocked": [ada.user_id]}})
    with ada.device() as adas, carol.device() as carols:
        for device in (adas, carols):
            subscribe(device, bob)
        with bob.device():
            carols.expect("presence", userId=bob.user_id, online=True)
        carols.expect("presence", userId=bob.user_id, online=False)
        assert adas.received("presence") == []


def test_a_socket_watches_at_most_a_hundred_users(ada: Person) -> None:
    ids = [f"{number:024x}" for number in range(101)]
    with ada.device() as device:
        device.send("presence:subscribe", userIds=ids)
        assert list(device.expect("error")["fields"]) == ["userIds"]
        device.send("presence:subscribe", userIds=ids[:100])
        for user_id in ids[:100]:
            device.expect("presence:state", userId=user_id)
        device.send("presence:subscribe", userIds=ids[:1])  # watched already
        device.expect("presence:state", userId=ids[0])
        device.send("presence:subscribe", userIds=ids[100:])
        error = device.expect("error")
        assert (error["code"], list(error["fields"])) == ("bad_request", ["userIds"])
        device.send("presence:unsubscribe", userIds=ids[:1])
        device.send("register")
        device.expect("registered")
        device.send("presence:subscribe", userIds=ids[100:])
        device.expect("presence:state", userId=ids[100])
