"""Sliding-window limits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.errors import RateLimited
from chalicelib.security.floods import MAX_REFUSED, Floods
from chalicelib.security.rate_limits import Attempt, RateLimits, Refusals, check_all
from chalicelib.settings.rate_limits import Limit
from chalicelib.wiring import Wiring
from tests.support.addresses import email
from tests.support.hand_clock import Hand

LIMIT = Limit(maximum=5, seconds=60)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def subject() -> str:
    return email()


def limits(wiring: Wiring, clock: Callable[[], datetime]) -> RateLimits:
    return RateLimits(redis=wiring.redis, mongo=wiring.mongo, clock=clock, limit_of=lambda _endpoint: LIMIT)


def admitted(wiring: Wiring, attempt: Attempt) -> bool:
    wiring.redis.fetch(attempt.count_lookup)
    try:
        attempt.check()
    except RateLimited:
        return False
    return True


@pytest.fixture(params=["redis", "mongodb while redis is down"])
def backend(request: pytest.FixtureRequest, make_wiring: Callable[..., Wiring]) -> Wiring:
    return make_wiring() if request.param == "redis" else make_wiring(REDIS_URL="redis://127.0.0.1:9/0")


def test_a_guarded_limit_never_fails_open_where_redis_takes_no_writes(wiring: Wiring, subject: str) -> None:
    wiring.redis.write(("SET", f"ratelimit:{subject}:login", "so ZADD is an error"))
    rates = limits(wiring, wiring.clock)
    attempts = [admitted(wiring, rates.guarded_attempt(subject, "login")) for _ in range(LIMIT.maximum + 2)]
    assert attempts == [True] * LIMIT.maximum + [False] * 2


def test_the_window_slides(backend: Wiring, clock: Hand, subject: str) -> None:
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


def test_attempts_at_once_are_never_admitted_beyond_the_limit(backend: Wiring, clock: Hand, subject: str) -> None:
    rates = limits(backend, clock)
    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(lambda _: admitted(backend, rates.guarded_attempt(subject, "login")), range(40)))
    assert sum(results) <= LIMIT.maximum


def test_what_is_taken_back_does_not_count(backend: Wiring, clock: Hand, subject: str) -> None:
    rates = limits(backend, clock)
    for _ in range(3 * LIMIT.maximum):
        attempt = rates.guarded_attempt(subject, "login")
        assert admitted(backend, attempt)
        attempt.take_back()


def test_the_wait_is_until_the_oldest_attempt_leaves(wiring: Wiring, clock: Hand, subject: str) -> None:
    rates = limits(wiring, clock)
    for _ in range(LIMIT.maximum):
        assert admitted(wiring, rates.attempt(subject, "profile"))
        clock.now += timedelta(seconds=5)
    refused = rates.attempt(subject, "profile")
    wiring.redis.fetch(refused.count_lookup)
    with pytest.raises(RateLimited) as caught:
        refused.check()
    assert caught.value.retry_after == 60 - 25


def test_who_is_refused_by_one_limit_counts_in_none(wiring: Wiring, clock: Hand) -> None:
    rates = limits(wiring, clock)
    full, free = email(), email()
    for _ in range(LIMIT.maximum):
        assert admitted(wiring, rates.attempt(full, "login"))
    for _ in range(2 * LIMIT.maximum):
        attempts = [rates.attempt(free, "login"), rates.attempt(full, "login")]
        wiring.redis.fetch(*(attempt.count_lookup for attempt in attempts))
        with pytest.raises(RateLimited):
            check_all(attempts)
    assert admitted(wiring, rates.attempt(free, "login"))


def test_without_redis_only_what_guards_a_secret_is_limited(without_redis: Wiring, clock: Hand, subject: str) -> None:
    rates = limits(without_redis, clock)
    assert all(admitted(without_redis, rates.attempt(subject, "profile")) for _ in range(2 * LIMIT.maximum))
    guarded = [admitted(without_redis, rates.guarded_attempt(subject, "login")) for _ in range(2 * LIMIT.maximum)]
    assert guarded == [True] * LIMIT.maximum + [False] * LIMIT.maximum


def test_refusing_once_more_costs_no_round_trip_for_a_second(wiring: Wiring, clock: Hand, subject: str) -> None:
    rates = replace(limits(wiring, clock), refusals=Refusals(clock))
    for _ in range(LIMIT.maximum):
        assert admitted(wiring, rates.attempt(subject, "typing"))
    rates.attempt(subject, "typing").check_known()
    assert not admitted(wiring, rates.attempt(subject, "typing"))
    with pytest.raises(RateLimited) as refused:
        rates.attempt(subject, "typing").check_known()
    assert refused.value.retry_after == LIMIT.seconds
    rates.attempt(subject, "sync").check_known()
    clock.now += timedelta(seconds=1)
    rates.attempt(subject, "typing").check_known()
    clock.now += timedelta(seconds=LIMIT.seconds)
    assert admitted(wiring, rates.attempt(subject, "typing"))


def test_a_full_window_is_believed_no_longer_than_it_lasts(wiring: Wiring, clock: Hand, subject: str) -> None:
    rates = replace(limits(wiring, clock), refusals=Refusals(clock))
    for _ in range(LIMIT.maximum):
        assert admitted(wiring, rates.attempt(subject, "typing"))
    clock.now += timedelta(seconds=LIMIT.seconds, milliseconds=-500)
    assert not admitted(wiring, rates.attempt(subject, "typing"))
    clock.now += timedelta(milliseconds=501)
    rates.attempt(subject, "typing").check_known()
    assert admitted(wiring, rates.attempt(subject, "typing"))


def test_a_flood_is_noticed_by_all_processes_and_forgiven_after_a_minute(
    make_wiring: Callable[..., Wiring], clock: Hand, subject: str
) -> None:
    one, other = (Floods(make_wiring().redis, clock) for _ in range(2))
    assert [one.count_refused(subject) for _ in range(MAX_REFUSED)] == [None] * MAX_REFUSED
    for floods in (other, one):
        left = floods.count_refused(subject)
        assert left is not None
        assert 0 < left <= 60
    clock.now += timedelta(seconds=61)
    make_wiring().redis.delete(f"refused:{subject}")  # as Redis does by its own clock
    assert one.count_refused(subject) is None


def test_without_redis_no_flood_is_counted(make_wiring: Callable[..., Wiring], clock: Hand, subject: str) -> None:
    floods = Floods(make_wiring(REDIS_URL="redis://127.0.0.1:9/0").redis, clock)
    assert {floods.count_refused(subject) for _ in range(2 * MAX_REFUSED)} == {None}
