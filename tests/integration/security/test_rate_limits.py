"""Sliding-window limits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from chalicelib.errors import RateLimited
from chalicelib.security.rate_limits import Attempt, RateLimits, check_all
from chalicelib.settings.rate_limits import Limit
from chalicelib.wiring import Wiring
from tests.support.addresses import email
from tests.support.clocks import ManualClock

LIMIT = Limit(maximum=5, seconds=60)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def subject() -> str:
    return email()


def limits(wiring: Wiring, clock: Callable[[], datetime]) -> RateLimits:
    return RateLimits(wiring.redis, wiring.mongo, clock, lambda _endpoint: LIMIT)


def admitted(wiring: Wiring, attempt: Attempt) -> bool:
    wiring.redis.fetch(attempt.count)
    try:
        attempt.check()
    except RateLimited:
        return False
    return True


@pytest.fixture(params=["redis", "mongodb while redis is down"])
def backend(request: pytest.FixtureRequest, make_wiring: Callable[..., Wiring]) -> Wiring:
    return make_wiring() if request.param == "redis" else make_wiring(REDIS_URL="redis://127.0.0.1:9/0")


def test_a_guarded_limit_holds_while_redis_refuses_writes(wiring: Wiring, subject: str) -> None:
    wiring.redis.write(("SET", f"ratelimit:{subject}:login", "so ZADD is an error"))
    rates = limits(wiring, wiring.clock)
    attempts = [admitted(wiring, rates.guarded_attempt(subject, "login")) for _ in range(LIMIT.maximum + 2)]
    assert attempts == [True] * LIMIT.maximum + [False] * 2


def test_attempts_leave_the_window_one_by_one(backend: Wiring, clock: ManualClock, subject: str) -> None:
    rates = limits(backend, clock)

    def attempt() -> bool:
        return admitted(backend, rates.guarded_attempt(subject, "login"))

    for _ in range(LIMIT.maximum):
        assert attempt()
        clock.now += timedelta(seconds=10)
    assert not attempt()  # at 50 s: five within the last 60
    clock.now += timedelta(seconds=9)
    assert not attempt()
    clock.now += timedelta(seconds=2)
    assert attempt()  # the first one has left the window, and refused ones never were in it
    assert not attempt()


def test_concurrent_attempts_are_not_admitted_beyond_the_limit(
    backend: Wiring, clock: ManualClock, subject: str
) -> None:
    rates = limits(backend, clock)
    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(lambda _: admitted(backend, rates.guarded_attempt(subject, "login")), range(40)))
    assert sum(results) <= LIMIT.maximum


def test_an_attempt_that_is_taken_back_does_not_count(backend: Wiring, clock: ManualClock, subject: str) -> None:
    rates = limits(backend, clock)
    for _ in range(3 * LIMIT.maximum):
        attempt = rates.guarded_attempt(subject, "login")
        assert admitted(backend, attempt)
        attempt.take_back()


def test_retry_after_is_when_the_oldest_attempt_leaves_the_window(
    wiring: Wiring, clock: ManualClock, subject: str
) -> None:
    rates = limits(wiring, clock)
    for _ in range(LIMIT.maximum):
        assert admitted(wiring, rates.attempt(subject, "profile"))
        clock.now += timedelta(seconds=5)
    refused = rates.attempt(subject, "profile")
    wiring.redis.fetch(refused.count)
    with pytest.raises(RateLimited) as caught:
        refused.check()
    assert caught.value.retry_after == 60 - 25


def test_a_refused_request_counts_in_none_of_its_limits(wiring: Wiring, clock: ManualClock) -> None:
    rates = limits(wiring, clock)
    full, free = email(), email()
    for _ in range(LIMIT.maximum):
        assert admitted(wiring, rates.attempt(full, "login"))
    for _ in range(2 * LIMIT.maximum):
        attempts = [rates.attempt(free, "login"), rates.attempt(full, "login")]
        wiring.redis.fetch(*(attempt.count for attempt in attempts))
        with pytest.raises(RateLimited):
            check_all(attempts)
    assert admitted(wiring, rates.attempt(free, "login"))


def test_without_redis_only_guarded_attempts_are_limited(
    without_redis: Wiring, clock: ManualClock, subject: str
) -> None:
    rates = limits(without_redis, clock)
    assert all(admitted(without_redis, rates.attempt(subject, "profile")) for _ in range(2 * LIMIT.maximum))
    guarded = [admitted(without_redis, rates.guarded_attempt(subject, "login")) for _ in range(2 * LIMIT.maximum)]
    assert guarded == [True] * LIMIT.maximum + [False] * LIMIT.maximum
