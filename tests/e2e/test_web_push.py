"""Web push: a browser that has subscribed is told, by way of a push service that speaks the protocol."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from pymongo.database import Database

from infra.local.running import RunningSystem
from tests.e2e.clients import PASSWORD, Person
from tests.e2e.people import MakePerson
from tests.e2e.steps import request
from tests.support.push_service import Browser, LocalPushService, local_push_service
from tests.support.waiting import eventually

Stored = Database[dict[str, Any]]  # Any: BSON


@pytest.fixture
def service(system: RunningSystem) -> Iterator[LocalPushService]:
    with local_push_service(system.environment["VAPID_PUBLIC_KEY"]) as server:
        yield server
        assert server.faults == []


def subscribe(person: Person, service: LocalPushService) -> Browser:
    browser = service.subscribe()
    answer = person.post("/api/push-subscriptions", browser.subscription)
    assert answer.status_code == 204, answer.text
    return browser


def endpoints(person: Person) -> list[str]:
    return [each["endpoint"] for each in person.get("/api/push-subscriptions").json()["subscriptions"]]


def change(person: Person, body: dict[str, object]) -> httpx.Response:
    return person.http.patch("/api/notifications/preferences", json=body, headers=person.authorization)


def write(sender: Person, receiver: Person, text: str = "my secret") -> None:
    assert sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text}).status_code == 201


def test_a_browser_is_told_what_the_list_has(ada: Person, bob: Person, service: LocalPushService) -> None:
    assert bob.get("/api/push-subscriptions").json() == {"publicKey": service.server_key, "subscriptions": []}
    phone, laptop = subscribe(bob, service), subscribe(bob, service)
    request(ada, bob)
    for browser in (phone, laptop):
        [shown] = eventually(partial(getattr, browser, "shown"), what="the push")
        [listed] = bob.get("/api/notifications").json()["notifications"]
        assert shown == {"event": "notification", **{name: listed[name] for name in shown if name != "event"}}
        assert shown["text"] == "Ada Lovelace wants to connect."


def test_the_messages_of_one_sender_are_one_push_and_their_text_is_not_in_it(
    ada: Person, bob: Person, service: LocalPushService, mongodb: Stored
) -> None:
    browser = subscribe(bob, service)
    for _ in range(3):
        write(ada, bob)
    request(ada, bob)  # the consumer pushes it after the messages, or together with them
    eventually(lambda: len(browser.shown) >= 2, what="both pushes")
    eventually(lambda: mongodb.notifications.find_one({"userId": bob.user_id, "seq": 3}), what="the third message")
    kinds = sorted(shown["type"] for shown in browser.shown)
    assert kinds == ["CONNECTION_REQUEST_NOTIFICATION", "MESSAGE_NOTIFICATION"]
    assert "my secret" not in str(browser.shown)


@pytest.mark.parametrize(
    "quiet",
    [
        {"doNotDisturbUntil": "2999-01-01T00:00:00Z"},
        {"message": {"push": False}},
        None,
    ],
    ids=["do not disturb", "no such push", "muted"],
)
def test_whoever_wants_no_push_gets_none_and_finds_it_in_the_list(
    ada: Person,
    bob: Person,
    make_person: MakePerson,
    service: LocalPushService,
    mongodb: Stored,
    quiet: dict[str, object] | None,
) -> None:
    browser = subscribe(bob, service)
    write(ada, bob, "hi")
    eventually(lambda: browser.shown, what="the push before")
    [first] = bob.get("/api/notifications").json()["notifications"]
    bob.post("/api/notifications/read", {"notificationIds": [first["notificationId"]]})
    if quiet is None:
        bob.http.patch(f"/api/conversations/{ada.user_id}", json={"muted": True}, headers=bob.authorization)
    else:
        assert change(bob, quiet).status_code == 200
    write(ada, bob, "once more")
    eventually(lambda: mongodb.notifications.find_one({"userId": bob.user_id, "seq": 2}), what="the notification")
    # Of another user, whose push comes later.
    carol = make_person("Carol")
    other = subscribe(carol, service)
    write(ada, carol)
    eventually(lambda: other.shown, what="the push to Carol")
    assert len(browser.shown) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_subscription_is_deleted_and_the_others_stay(
    ada: Person, bob: Person, service: LocalPushService, status: int
) -> None:
    dead, alive = subscribe(bob, service), subscribe(bob, service)
    dead.status = status
    request(ada, bob)
    eventually(lambda: endpoints(bob) == [alive.endpoint], what="one subscription")
    eventually(lambda: alive.shown, what="the push")


def test_what_becomes_of_pushes_is_counted(
    system: RunningSystem, ada: Person, bob: Person, service: LocalPushService
) -> None:
    def count() -> dict[str, float]:
        lines = httpx.get(f"{system.entry('consumer').address}/metrics").text.splitlines()
        found = [line for line in lines if line.startswith("devconnect_web_pushes_total{")]
        return {line.split('"')[1]: float(line.rpartition(" ")[2]) for line in found}

    before = count()
    assert before.keys() == {"sent", "failed", "pruned"}
    for status in (201, 500, 410):
        subscribe(bob, service).status = status
    request(ada, bob)
    after = {result: number + 1 for result, number in before.items()}
    eventually(lambda: all(count()[result] >= after[result] for result in after), what="one of each")


@pytest.mark.parametrize("status", [307, 429, 500])
def test_a_push_service_in_trouble_costs_no_subscription(
    ada: Person, bob: Person, make_person: MakePerson, service: LocalPushService, status: int
) -> None:
    troubled, alive = subscribe(bob, service), subscribe(bob, service)
    troubled.status = status
    request(ada, bob)
    request(make_person("Eve"), bob)
    eventually(lambda: len(alive.shown) == 2, what="both pushes")
    assert sorted(endpoints(bob)) == sorted([troubled.endpoint, alive.endpoint])


def test_a_logout_and_leaving_end_the_subscriptions_of_that_browser(
    ada: Person, bob: Person, service: LocalPushService, mongodb: Stored
) -> None:
    laptop = bob.log_in_again()
    of_phone, of_laptop = subscribe(bob, service), subscribe(laptop, service)
    assert laptop.post("/api/logout").status_code == 204
    eventually(lambda: endpoints(bob) == [of_phone.endpoint], what="the phone's alone")
    request(ada, bob)
    eventually(lambda: of_phone.shown, what="the push")
    assert of_laptop.shown == []
    left = bob.http.request("DELETE", "/api/profile", json={"currentPassword": PASSWORD}, headers=bob.authorization)
    assert left.status_code == 204
    eventually(lambda: not mongodb.push_subscriptions.count_documents({"userId": bob.user_id}), what="none left")


def test_a_browser_belongs_to_whoever_has_subscribed_last(ada: Person, bob: Person, service: LocalPushService) -> None:
    browser = subscribe(ada, service)
    assert bob.post("/api/push-subscriptions", browser.subscription).status_code == 204
    assert (endpoints(ada), endpoints(bob)) == ([], [browser.endpoint])
    for person, kept in ((ada, [browser.endpoint]), (bob, [])):
        removed = person.http.request(
            "DELETE", "/api/push-subscriptions", json={"endpoint": browser.endpoint}, headers=person.authorization
        )
        assert removed.status_code == 204
        assert endpoints(bob) == kept


def test_a_user_has_ten_browsers_at_most(bob: Person, service: LocalPushService) -> None:
    browsers = [subscribe(bob, service) for _ in range(11)]
    assert endpoints(bob) == [browser.endpoint for browser in reversed(browsers[1:])]
