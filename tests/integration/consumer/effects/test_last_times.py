"""The times at which users were last seen: they only grow, and none is yet to come for long."""

from datetime import timedelta

import msgspec
import pytest
from bson import ObjectId

from chalicelib.clock import iso, utc_now
from chalicelib.consumer.effects.last_times import LastTimes
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.wiring import Wiring


@pytest.fixture
def user_id() -> str:
    return str(ObjectId())


def seen(user_id: str, timestamp: str) -> Envelope:
    return msgspec.structs.replace(new_event("USER_LOGIN", user_id, utc_now), timestamp=timestamp)


def last_seen(wiring: Wiring, user_id: str) -> object:
    [value] = wiring.redis.send(("GET", f"user:{user_id}:last_seen"))
    return value.decode() if isinstance(value, bytes) else value


def test_an_older_event_changes_nothing(wiring: Wiring, user_id: str) -> None:
    effect, now = (
        LastTimes(redis=wiring.redis, invalidator=wiring.invalidator, visibility=wiring.visibility, clock=wiring.clock),
        utc_now(),
    )
    effect.apply([seen(user_id, iso(now))])
    effect.apply([seen(user_id, iso(now - timedelta(hours=1)))])
    assert last_seen(wiring, user_id) == iso(now)


def test_a_time_of_another_consumer_that_is_ahead_by_seconds_stays(wiring: Wiring, user_id: str) -> None:
    effect, ahead = (
        LastTimes(redis=wiring.redis, invalidator=wiring.invalidator, visibility=wiring.visibility, clock=wiring.clock),
        utc_now() + timedelta(seconds=30),
    )
    effect.apply([seen(user_id, iso(ahead))])
    effect.apply([seen(user_id, iso(utc_now()))])
    assert last_seen(wiring, user_id) == iso(ahead)


def test_a_stored_time_that_is_years_ahead_is_not_believed(wiring: Wiring, user_id: str) -> None:
    wiring.redis.write(("SET", f"user:{user_id}:last_seen", "2099-01-01T00:00:00.000Z"))
    effect, now = (
        LastTimes(redis=wiring.redis, invalidator=wiring.invalidator, visibility=wiring.visibility, clock=wiring.clock),
        iso(utc_now()),
    )
    effect.apply([seen(user_id, now)])
    assert last_seen(wiring, user_id) == now


def test_a_time_before_1970_holds_up_nobody(wiring: Wiring, user_id: str) -> None:
    effect, other, now = (
        LastTimes(redis=wiring.redis, invalidator=wiring.invalidator, visibility=wiring.visibility, clock=wiring.clock),
        str(ObjectId()),
        iso(utc_now()),
    )
    effect.apply([seen(user_id, "0001-01-01T00:00:00.000Z"), seen(other, now)])
    assert last_seen(wiring, user_id) is None
    assert last_seen(wiring, other) == now
