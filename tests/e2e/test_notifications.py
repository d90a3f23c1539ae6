"""Notifications, which the consumer makes, stores and pushes to the receiver's sockets."""

from typing import Any

from pymongo.database import Database

from tests.e2e.clients import Person
from tests.e2e.steps import answer, request
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

Stored = dict[str, Any]  # Any: BSON


def stored(mongodb: Database[Stored], person: Person, kind: str) -> Stored:
    of_kind = {"userId": person.user_id, "type": kind}
    [notification] = eventually(lambda: list(mongodb.notifications.find(of_kind)), what=kind)
    return notification


def test_a_request_and_its_acceptance_are_pushed_and_stored(
    ada: Person, bob: Person, mongodb: Database[Stored]
) -> None:
    with ada.device() as adas, bob.device() as bobs:
        request(ada, bob)
        pushed = bobs.expect("notification", type="CONNECTION_REQUEST_NOTIFICATION")
        assert set(pushed) == {"event", "notificationId", "type", "fromUserId", "text", "createdAt"}
        assert pushed["fromUserId"] == ada.user_id
        assert pushed["text"] == "Ada Lovelace wants to connect."
        answer(bob, ada, "accepted")
        accepted = adas.expect("notification", type="CONNECTION_ACCEPTED_NOTIFICATION")
        assert accepted["fromUserId"] == bob.user_id
        assert accepted["text"] == "Bob Lovelace has accepted your request."
    kept = stored(mongodb, bob, "CONNECTION_REQUEST_NOTIFICATION")
    assert kept["_id"] == pushed["notificationId"]
    assert kept["text"] == pushed["text"]
    assert kept["readAt"] is None


def test_a_message_notifies_a_receiver_who_is_offline(
    ada: Person, bob: Person, mongodb: Database[Stored], event_log: EventLog
) -> None:
    with bob.device():
        ada.post("/api/messages", {"toUserId": bob.user_id, "message": "while you are here"})
        eventually(lambda: event_log.of(ada.user_id, "MESSAGE_ANALYTICS"), what="the first message in the analytics")
    eventually(lambda: not ada.is_online(bob), what="Bob offline")
    sent = ada.post("/api/messages", {"toUserId": bob.user_id, "message": "while you are away"}).json()
    assert stored(mongodb, bob, "MESSAGE_NOTIFICATION")["text"] == "Ada Lovelace has written to you."
    [event] = eventually(lambda: event_log.of(bob.user_id, "MESSAGE_NOTIFICATION"), what="its event")
    assert event["data"]["messageId"] == sent["messageId"]
    assert event_log.topic_of(event["eventId"]) == "notification-events"


def test_each_message_is_in_the_analytics_once(ada: Person, bob: Person, event_log: EventLog) -> None:
    for number in range(3):
        ada.post("/api/messages", {"toUserId": bob.user_id, "message": str(number)})
    derived = eventually(
        lambda: events if len(events := event_log.of(ada.user_id, "MESSAGE_ANALYTICS")) >= 3 else [], what="analytics"
    )
    assert sorted(event["data"]["seq"] for event in derived) == [1, 2, 3]
