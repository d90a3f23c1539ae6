"""Events are published to Kafka, or stay pending while it is down, and no request waits longer than the bound."""

import time

from chalicelib.clients.kafka.producer import ACKNOWLEDGE_SECONDS
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.users import sign_up
from tests.support.waiting import eventually


def pending_events(wiring: Wiring, user: NewSession) -> list[str]:
    document = wiring.mongo.users.find_one({"emailId": user.user.emailId})
    assert document is not None
    return [event["eventType"] for event in document["pendingEvents"]]


def test_an_acknowledged_event_is_no_longer_pending(wiring: Wiring) -> None:
    user = sign_up(wiring)
    eventually(lambda: pending_events(wiring, user) == [], what="the clean-up, for which the request does not wait")


def test_without_kafka_events_stay_pending_and_only_the_first_waits(without_kafka: Wiring) -> None:
    started = time.monotonic()
    first = sign_up(without_kafka)
    first_took = time.monotonic() - started
    started = time.monotonic()
    second = sign_up(without_kafka)
    second_took = time.monotonic() - started
    assert pending_events(without_kafka, first) == pending_events(without_kafka, second) == ["USER_SIGNUP"]
    assert first_took < ACKNOWLEDGE_SECONDS + 0.5
    # The breaker is open. The rest of the time is that of bcrypt and of two majority writes.
    assert second_took < ACKNOWLEDGE_SECONDS / 2


def test_a_pending_profile_update_is_replaced_by_the_next_one(without_kafka: Wiring) -> None:
    user = sign_up(without_kafka)
    for about in ("one", "two", "$three"):
        without_kafka.publisher.publish(without_kafka.user_store.change(user.user.userId, {"about": about})[1])
    assert pending_events(without_kafka, user) == ["USER_SIGNUP", "PROFILE_UPDATED"]
    document = without_kafka.mongo.users.find_one({"emailId": user.user.emailId})
    assert document is not None
    assert document["about"] == "$three"
