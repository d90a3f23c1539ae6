"""Notifications over REST: their pages, the number of unread ones, and that every user sees only their own."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pymongo.database import Database

from chalicelib.clock import iso, utc_now
from tests.e2e.clients import Json, Person
from tests.e2e.steps import request
from tests.support.waiting import eventually

Stored = dict[str, Any]  # Any: BSON


def give(mongodb: Database[Stored], person: Person, number: int, at: datetime | None = None) -> list[str]:
    """Stores notifications as the consumer does, a second apart or all `at` one time.

    Returns their ids, the newest first.
    """
    now = utc_now()
    made: list[Stored] = [
        {
            "_id": str(UUID(int=uuid4().int >> 32 | position << 96)),  # a later notification has a greater id
            "userId": person.user_id,
            "type": "MESSAGE_NOTIFICATION",
            "fromUserId": "0" * 24,
            "text": f"Number {position}.",
            "createdAt": at or now + timedelta(seconds=position - number),
            "readAt": None,
        }
        for position in range(number)
    ]
    mongodb.notifications.insert_many(made)
    return [notification["_id"] for notification in reversed(made)]


def page(person: Person, **query: str | int) -> Json:
    answer = person.get("/api/notifications", **query)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def ids(listed: Json) -> list[str]:
    return [notification["notificationId"] for notification in listed["notifications"]]


def read(person: Person, *notification_ids: str) -> int:
    answer = person.post("/api/notifications/read", {"notificationIds": notification_ids})
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"unread"}
    return int(answer.json()["unread"])


def test_a_pushed_notification_can_be_listed_and_marked_as_read(ada: Person, bob: Person) -> None:
    assert page(bob) == {"notifications": [], "hasMore": False, "unread": 0}
    with bob.device() as device:
        request(ada, bob)
        pushed = device.expect("notification")
        del pushed["event"]
    listed = page(bob)
    assert listed == {"notifications": [{**pushed, "readAt": None}], "hasMore": False, "unread": 1}
    assert read(bob, pushed["notificationId"]) == 0
    [now_read] = page(bob)["notifications"]
    assert now_read["readAt"] > pushed["createdAt"]
    assert read(bob, pushed["notificationId"]) == 0
    assert page(bob)["notifications"] == [now_read]  # readAt stays the first time


@pytest.mark.parametrize("at_one_time", [False, True])
def test_each_page_begins_where_the_previous_one_ended(
    ada: Person, mongodb: Database[Stored], *, at_one_time: bool
) -> None:
    newest_first = give(mongodb, ada, 7, utc_now() if at_one_time else None)
    first = page(ada, limit=3)
    assert (ids(first), first["hasMore"], first["unread"]) == (newest_first[:3], True, 7)
    later = give(mongodb, ada, 2, utc_now() + timedelta(seconds=1))  # does not shift the pages
    second = page(ada, limit=3, before=newest_first[2])
    assert (ids(second), second["hasMore"]) == (newest_first[3:6], True)
    last = page(ada, limit=3, before=newest_first[5])
    assert (ids(last), last["hasMore"], last["unread"]) == (newest_first[6:], False, 9)
    assert ids(page(ada)) == later + newest_first


def test_a_page_has_fifty_notifications_by_default(ada: Person, mongodb: Database[Stored]) -> None:
    newest_first = give(mongodb, ada, 51)
    assert (ids(page(ada)), page(ada)["hasMore"]) == (newest_first[:50], True)
    assert len(ids(page(ada, limit=100))) == 51


def test_unread_notifications_are_counted_up_to_a_hundred(ada: Person, mongodb: Database[Stored]) -> None:
    newest_first = give(mongodb, ada, 130)
    assert page(ada)["unread"] == 100
    assert read(ada, *newest_first[:20]) == 100
    assert read(ada, *newest_first[:100]) == 30


def test_ids_of_other_users_and_unknown_ids_are_ignored(ada: Person, bob: Person, mongodb: Database[Stored]) -> None:
    [bobs] = give(mongodb, bob, 1)
    [adas] = give(mongodb, ada, 1)
    assert read(ada, bobs, str(uuid4()), adas, adas) == 0
    [unread] = page(bob)["notifications"]
    assert unread["readAt"] is None
    assert ids(page(ada)) == [adas]
    for before in (bobs, str(uuid4()), "nonsense"):
        refused = ada.get("/api/notifications", before=before)
        assert refused.status_code == 400
        assert list(refused.json()["fields"]) == ["before"]


def test_created_at_has_the_format_of_the_api(ada: Person, mongodb: Database[Stored]) -> None:
    at = utc_now()
    give(mongodb, ada, 1, at)
    assert page(ada)["notifications"][0]["createdAt"] == iso(at)


@pytest.mark.parametrize(
    "notification_ids",
    [[], ["nonsense"], [1], None, "x", [str(UUID(int=number)) for number in range(101)]],
    ids=lambda value: str(value)[:20],
)
def test_a_request_must_name_one_to_a_hundred_ids(ada: Person, notification_ids: object) -> None:
    refused = ada.post("/api/notifications/read", {"notificationIds": notification_ids})
    assert refused.status_code == 400
    assert [name.partition("[")[0] for name in refused.json()["fields"]] == ["notificationIds"]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"after": "x"}])
def test_a_wrong_query_parameter_is_named(ada: Person, query: dict[str, str | int]) -> None:
    refused = ada.get("/api/notifications", **query)
    assert refused.status_code == 400
    assert list(refused.json()["fields"]) == list(query)


def test_without_a_session_notifications_are_refused(ada: Person) -> None:
    for answer in (ada.http.get("/api/notifications"), ada.http.post("/api/notifications/read", json={})):
        assert answer.status_code in {400, 401}
    ada.post("/api/logout")
    assert ada.get("/api/notifications").status_code == 401


def test_a_connection_request_to_an_offline_user_is_a_notification(ada: Person, bob: Person) -> None:
    request(ada, bob)
    notifications = eventually(lambda: page(bob)["notifications"], what="the notification")
    assert [notification["fromUserId"] for notification in notifications] == [ada.user_id]


def test_notifications_are_kept_for_ninety_days(mongodb: Database[Stored]) -> None:
    index = mongodb["notifications"].index_information()["createdAt_1"]
    assert timedelta(seconds=index["expireAfterSeconds"]) == timedelta(days=90)
