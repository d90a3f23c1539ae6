from datetime import timedelta

from chalicelib.clients.breaker import Breaker
from tests.support.clocks import ManualClock


def never() -> bool:
    raise AssertionError("no probe was due")


def test_closed_it_allows_everything_without_a_probe() -> None:
    assert Breaker(ManualClock()).allows(never)


def test_open_it_allows_nothing_and_waits_with_its_probe() -> None:
    clock = ManualClock()
    breaker = Breaker(clock, open_for=timedelta(seconds=2))
    breaker.record_failure()
    clock.now += timedelta(seconds=1.9)
    assert not breaker.allows(never)


def test_a_probe_that_succeeds_closes_it() -> None:
    clock = ManualClock()
    breaker = Breaker(clock, open_for=timedelta(seconds=2))
    breaker.record_failure()
    clock.now += timedelta(seconds=2)
    assert breaker.allows(lambda: True)
    assert breaker.closed
    assert breaker.allows(never)


def test_a_probe_that_fails_opens_it_anew() -> None:
    clock = ManualClock()
    breaker = Breaker(clock, open_for=timedelta(seconds=2))
    breaker.record_failure()
    clock.now += timedelta(seconds=2)
    assert not breaker.allows(lambda: False)
    assert not breaker.allows(never)
