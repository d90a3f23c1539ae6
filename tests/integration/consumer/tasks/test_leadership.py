"""Of many consumers, only the one that holds the lease runs the tasks."""

from datetime import timedelta

import pytest

from chalicelib.consumer.tasks.leadership import LIFETIME, Leadership
from chalicelib.wiring import Wiring
from tests.support.addresses import email
from tests.support.clocks import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def two_consumers(wiring: Wiring, clock: ManualClock) -> tuple[Leadership, Leadership]:
    lease = email()
    return Leadership(wiring.mongo, lease, clock), Leadership(wiring.mongo, lease, clock)


def test_one_consumer_holds_the_lease_for_as_long_as_it_renews_it(wiring: Wiring, clock: ManualClock) -> None:
    first, second = two_consumers(wiring, clock)
    for _ in range(10):
        assert first.hold()
        assert not second.hold()
        clock.now += LIFETIME / 2


def test_another_consumer_takes_over_an_expired_lease(wiring: Wiring, clock: ManualClock) -> None:
    first, second = two_consumers(wiring, clock)
    assert first.hold()
    clock.now += LIFETIME + timedelta(milliseconds=1)
    assert second.hold()
    assert not first.hold()


def test_a_released_lease_is_free_at_once(wiring: Wiring, clock: ManualClock) -> None:
    first, second = two_consumers(wiring, clock)
    assert first.hold()
    first.release()
    assert second.hold()
    first.release()  # it does not hold the lease any more
    assert second.hold()
    assert not first.hold()
