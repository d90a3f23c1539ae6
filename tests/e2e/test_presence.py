"""Who is online."""

from tests.e2e.clients import Person
from tests.support.waiting import eventually


def test_a_user_is_online_while_one_device_is(ada: Person, bob: Person) -> None:
    assert not bob.is_online(ada)
    with ada.device():
        assert bob.is_online(ada)
        with ada.device():
            assert bob.is_online(ada)
        assert bob.is_online(ada)
    eventually(lambda: not bob.is_online(ada), what="offline after the last device")


def test_rest_and_the_websocket_tell_the_same_presence(ada: Person, bob: Person) -> None:
    with ada.device() as device, bob.device():
        device.send("presence:query", userIds=[bob.user_id, "f" * 24])
        state = device.expect("presence:state", userId=bob.user_id)
        assert set(state) == {"event", "userId", "online", "lastSeenAt"}
        assert state["online"] is True
        unknown = device.expect("presence:state", userId="f" * 24)
        assert unknown["online"] is False
        assert unknown["lastSeenAt"] is None
        answer = ada.get("/api/presence", userIds=f"{bob.user_id},{'f' * 24}").json()
        assert [(state["userId"], state["online"]) for state in answer["presence"]] == [
            (bob.user_id, True),
            ("f" * 24, False),
        ]


def test_presence_is_told_of_at_most_a_hundred_users(ada: Person) -> None:
    ids = [f"{number:024x}" for number in range(101)]
    answer = ada.get("/api/presence", userIds=",".join(ids[:100]))
    assert [state["userId"] for state in answer.json()["presence"]] == ids[:100]
    refused = ada.get("/api/presence", userIds=",".join(ids))
    assert refused.status_code == 400
    assert list(refused.json()["fields"]) == ["userIds"]
