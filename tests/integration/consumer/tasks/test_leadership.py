"""One of many consumers does what only one should do."""

from datetime import timedelta

import pytest

from chalicelib.consumer.tasks.leadership import LIFETIME, Leadership
from chalicelib.wiring import Wiring
from tests.support.addresses import email
from tests.support.clocks import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def two(wiring: Wiring, clock: ManualClock) -> tuple[Leadership, Leadership]:
    name = email()
    return Leadership(wiring.mongo, name, clock), Leadership(wiring.mongo, name, clock)


def test_one_consumer_holds_the_lease_for_as_long_as_it_renews_it(wiring: Wiring, clock: ManualClock) -> None:
    one, other = two(wiring, clock)
    for _ in range(10):
        assert one.hold()
        assert not other.hold()
        clock.now += LIFETIME / 2


def test_another_consumer_takes_over_an_expired_lease(wiring: Wiring, clock: ManualClock) -> None:
    one, other = two(wiring, clock)
    assert one.hold()
    clock.now += LIFETIME + timedelta(milliseconds=1)
    assert other.hold()
    assert not one.hold()


def test_a_released_lease_is_free_at_once(wiring: Wiring, clock: ManualClock) -> None:
    one, other = two(wiring, clock)
    assert one.hold()
    one.release()
    assert other.hold()
    one.release()  # no longer its own
    assert other.hold()
    assert not one.hold()
