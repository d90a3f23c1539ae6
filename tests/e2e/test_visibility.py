"""An invisible user appears offline to everybody, and their own devices work as ever; or hides the last time alone."""

from collections.abc import Iterator

import httpx
import pytest
from redis import Redis

from infra.local.running import RunningSystem
from tests.e2e.clients import Person
from tests.e2e.steps import connect, read_marks, subscribe
from tests.support.event_log import EventLog
from tests.support.waiting import eventually


@pytest.fixture
def redis(system: RunningSystem) -> Iterator[Redis]:
    with Redis.from_url(system.environment["REDIS_URL"]) as client:
        yield client


def change(person: Person, **settings: str) -> httpx.Response:
    return person.http.patch("/api/profile", json=settings, headers=person.authorization)


def state(watcher: Person, person: Person) -> tuple[bool, str | None]:
    """(online, lastSeenAt) over REST."""
    [found] = watcher.get("/api/presence", userIds=person.user_id).json()["presence"]
    return found["online"], found["lastSeenAt"]


def test_the_settings_are_the_users_own(ada: Person, bob: Person) -> None:
    changed = change(ada, presenceFor="nobody", lastSeenFor="nobody").json()
    assert (changed["presenceFor"], changed["lastSeenFor"]) == ("nobody", "nobody")
    assert not {"presenceFor", "lastSeenFor"} & bob.get(f"/api/users/{ada.user_id}").json().keys()
    assert list(change(ada, presenceFor="friends").json()["fields"]) == ["presenceFor"]


def test_whoever_becomes_invisible_goes_offline_everywhere_at_once(ada: Person, bob: Person) -> None:
    connect(ada, bob)
    with bob.device(), ada.device() as watching:
        assert subscribe(watching, bob) == {bob.user_id: True}
        watching.forget()
        assert change(bob, presenceFor="nobody").status_code == 200
        assert state(ada, bob) == (False, None)
        assert watching.expect("presence", userId=bob.user_id, online=False)["lastSeenAt"] is None
        assert subscribe(watching, bob) == {bob.user_id: False}
        watching.send("presence:query", userIds=[bob.user_id])
        queried = watching.expect("presence:state", userId=bob.user_id)
        assert (queried["online"], queried["lastSeenAt"]) == (False, None)
        assert change(bob, presenceFor="everyone").status_code == 200
        assert state(ada, bob)[0] is True
        watching.expect("presence", userId=bob.user_id, online=True)


def test_the_devices_of_an_invisible_user_come_and_go_unseen(ada: Person, bob: Person, event_log: EventLog) -> None:
    connect(ada, bob)
    change(bob, presenceFor="nobody")
    eventually(lambda: event_log.of(bob.user_id, "VISIBILITY_CHANGED"), what="the change in the log")
    with ada.device() as watching:
        subscribe(watching, bob)
        with bob.device() as phone:
            phone.send("register")
            phone.expect("registered")
            assert state(ada, bob) == (False, None)
        eventually(lambda: event_log.of(bob.user_id, "USER_OFFLINE"), what="the phone has gone")
        assert state(ada, bob) == (False, None)
        # Events of the same user are read in their order: had the phone's been pushed, it would have been before this.
        change(bob, presenceFor="everyone")
        watching.expect("presence", userId=bob.user_id, online=False)
        seen = [frame["online"] for frame in watching.received("presence") if frame["userId"] == bob.user_id]
        assert True not in seen


def test_messages_reach_an_invisible_user_and_make_no_notification(
    ada: Person, bob: Person, event_log: EventLog
) -> None:
    change(bob, presenceFor="nobody")
    with bob.device() as phone:
        assert ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"}).status_code == 201
        assert phone.expect("private-message")["message"] == "hi"
        eventually(lambda: event_log.of(ada.user_id, "MESSAGE_ANALYTICS"), what="the message in the consumer")
        assert event_log.of(bob.user_id, "MESSAGE_NOTIFICATION") == []


def test_neither_typing_nor_reading_shows_an_invisible_user(ada: Person, bob: Person) -> None:
    assert ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"}).status_code == 201
    change(bob, presenceFor="nobody")
    with ada.device() as adas, bob.device() as phone, bob.device() as tablet:
        phone.send("typing", toUserId=ada.user_id)
        phone.send("message:read", userId=ada.user_id, seq=1)
        assert tablet.expect("message:read")["userId"] == bob.user_id
        assert adas.unread() & {"typing", "message:read"} == set()
        assert read_marks(adas, bob) == {}
        assert read_marks(phone, ada) == {bob.user_id: 1}
        change(bob, presenceFor="everyone")
        assert read_marks(adas, bob) == {bob.user_id: 1}


def test_presence_that_is_lost_and_rebuilt_stays_hidden(ada: Person, bob: Person, redis: Redis) -> None:
    change(bob, presenceFor="nobody")
    with bob.device() as phone:
        redis.delete(f"presence:{bob.user_id}", "presence:loaded")
        eventually(lambda: redis.zcard(f"presence:{bob.user_id}"), what="the set written again")
        assert state(ada, bob) == (False, None)
        assert ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"}).status_code == 201
        assert phone.expect("private-message")["message"] == "hi"


def test_a_hidden_last_time_is_not_shown_and_presence_is(ada: Person, bob: Person, redis: Redis) -> None:
    with bob.device():
        eventually(lambda: redis.exists(f"user:{bob.user_id}:last_seen"), what="the time")
        change(bob, lastSeenFor="nobody")
        assert state(ada, bob) == (True, None)
    eventually(lambda: not redis.exists(f"presence:{bob.user_id}"), what="Bob offline")
    assert state(ada, bob) == (False, None)
    with ada.device() as watching:
        subscribe(watching, bob)
        with bob.device():
            assert watching.expect("presence", userId=bob.user_id, online=True)["lastSeenAt"] is None
        assert watching.expect("presence", userId=bob.user_id, online=False)["lastSeenAt"] is None
