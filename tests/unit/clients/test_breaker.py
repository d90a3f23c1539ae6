"""A circuit breaker that is open sends a probe, once its time has come, before it closes again."""

from datetime import timedelta

from chalicelib.clients.breaker import Breaker
from tests.support.clocks import ManualClock


def unexpected_probe() -> bool:
    raise AssertionError("no probe was due")


def test_a_closed_breaker_allows_every_call_without_a_probe() -> None:
    assert Breaker(ManualClock()).allows(unexpected_probe)


def test_an_open_breaker_allows_no_call_and_no_early_probe() -> None:
    clock = ManualClock()
    breaker = Breaker(clock, open_for=timedelta(seconds=2))
    breaker.record_failure()
    clock.now += timedelta(seconds=1.9)
    assert not breaker.allows(unexpected_probe)


def test_a_probe_that_succeeds_closes_the_breaker() -> None:
    clock = ManualClock()
    breaker = Breaker(clock, open_for=timedelta(seconds=2))
    breaker.record_failure()
    clock.now += timedelta(seconds=2)
    assert breaker.allows(lambda: True)
    assert breaker.closed
    assert breaker.allows(unexpected_probe)


def test_a_probe_that_fails_opens_the_breaker_for_another_period() -> None:
    clock = ManualClock()
    breaker = Breaker(clock, open_for=timedelta(seconds=2))
    breaker.record_failure()
    clock.now += timedelta(seconds=2)
    assert not breaker.allows(lambda: False)
    assert not breaker.allows(unexpected_probe)
