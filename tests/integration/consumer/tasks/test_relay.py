"""The relay publishes events that were left pending, those of one user in their order."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib.clock import utc_now
from chalicelib.consumer.tasks.relay import Relay
from chalicelib.errors import KafkaUnavailable
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import pending
from chalicelib.models.requests import Login
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import address
from tests.support.event_log import EventLog
from tests.support.users import sign_up
from tests.support.waiting import eventually
from tests.support.wirings import MakeWiring

NO_GRACE = timedelta(0)


def relay(wiring: Wiring, grace: timedelta = NO_GRACE) -> Relay:
    return Relay(wiring.mongo, wiring.publisher, wiring.clock, grace)


def pending_event_ids(mongodb: Database[dict[str, Any]], user: NewSession) -> list[str]:
    documents = [
        *mongodb.users.find({"emailId": user.user.emailId}),
        *mongodb.sessions.find({"userId": user.user.userId}),
    ]
    return [event["eventId"] for document in documents for event in document["pendingEvents"]]


def test_the_events_of_a_user_are_published_in_the_order_of_their_writes(
    without_kafka: Wiring, wiring: Wiring, mongodb: Database[dict[str, Any]], event_log: EventLog
) -> None:
    user = sign_up(without_kafka)
    for number in range(3):
        without_kafka.accounts.log_in(
            Login(emailId=user.user.emailId, password="correct horse"), ClientIdentity(address(), "tests")
        )
        without_kafka.user_store.change(user.user.userId, {"age": 20 + number})
    without_kafka.logout.log_out(user.credentials)
    assert len(pending_event_ids(mongodb, user)) == 1 + 3 + 1 + 1  # an update replaces the pending ones before it

    eventually(lambda: relay(wiring).run() == 0, what="everything relayed")
    assert pending_event_ids(mongodb, user) == []
    published = eventually(
        lambda: events if len(events := event_log.of(user.user.userId)) == 6 else [], what="six events in Kafka"
    )
    assert [event["eventType"] for event in published] == [
        "USER_SIGNUP", "USER_LOGIN", "USER_LOGIN", "USER_LOGIN", "PROFILE_UPDATED", "USER_LOGOUT",
    ]  # fmt: skip


def test_an_event_within_the_grace_period_is_left_to_its_handler(
    without_kafka: Wiring, wiring: Wiring, mongodb: Database[dict[str, Any]]
) -> None:
    user = sign_up(without_kafka)
    relay(wiring, grace=timedelta(minutes=1)).run()
    assert len(pending_event_ids(mongodb, user)) == 1


def test_an_event_that_a_newer_release_left_holds_up_no_other(
    without_kafka: Wiring, wiring: Wiring, mongodb: Database[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    eventually(lambda: relay(wiring).run() == 0, what="everything relayed")
    user = sign_up(without_kafka)
    newer = pending(new_event("PROFILE_PRAISED", user.user.userId, wiring.clock), utc_now() - timedelta(hours=1))
    mongodb.sessions.update_one({"userId": user.user.userId}, {"$push": {"pendingEvents": newer}})
    try:
        eventually(
            lambda: pending_event_ids(mongodb, user) == [newer["eventId"]] or not relay(wiring).run(), what="the rest"
        )
        assert pending_event_ids(mongodb, user) == [newer["eventId"]]
        assert "PROFILE_PRAISED" in caplog.text
    finally:
        mongodb.sessions.update_one({"userId": user.user.userId}, {"$set": {"pendingEvents": []}})


def test_without_kafka_events_stay_pending(without_kafka: Wiring, mongodb: Database[dict[str, Any]]) -> None:
    user = sign_up(without_kafka)
    with pytest.raises(KafkaUnavailable):
        relay(without_kafka).run()
    assert len(pending_event_ids(mongodb, user)) == 1


def test_the_relay_reports_the_oldest_pending_event(without_kafka: Wiring, wiring: Wiring) -> None:
    eventually(lambda: relay(wiring).run() == 0, what="everything relayed")
    before = utc_now()
    sign_up(without_kafka)
    sign_up(without_kafka)
    oldest = relay(wiring).oldest()
    assert oldest is not None
    assert before <= oldest <= utc_now()


def test_pending_events_are_found_by_index(mongodb: Database[dict[str, Any]]) -> None:
    for name in ("users", "sessions", "sockets", "messages", "connections"):
        plan = mongodb[name].find({"pendingEvents.at": {"$lt": utc_now()}}).sort("pendingEvents.at").explain()
        statistics = plan["executionStats"]
        assert statistics["totalDocsExamined"] == statistics["nReturned"], name
        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"]), name


@pytest.fixture(autouse=True)
def relay_events_of_other_tests(make_wiring: MakeWiring) -> None:
    """Earlier tests have left pending events."""
    wiring = make_wiring()
    eventually(lambda: relay(wiring).run() == 0, what="an empty outbox")
