"""Sliding-window rate limits, in Redis and, for guarded attempts, in MongoDB while Redis is down."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.errors import RateLimited
from chalicelib.security.floods import MAX_REFUSED, Floods
from chalicelib.security.rate_limits import Attempt, RateLimits, Refusals, check_all, network_of
from chalicelib.settings.rate_limits import Limit
from chalicelib.wiring import Wiring
from tests.support.addresses import email
from tests.support.clocks import ManualClock
from tests.support.wirings import MakeWiring

LIMIT = Limit(maximum=5, seconds=60)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def subject() -> str:
    return email()


def limits_of(wiring: Wiring, clock: Callable[[], datetime]) -> RateLimits:
    return RateLimits(redis=wiring.redis, mongo=wiring.mongo, clock=clock, limit_of=lambda _endpoint: LIMIT)


def is_admitted(wiring: Wiring, attempt: Attempt) -> bool:
    wiring.redis.fetch(attempt.count_lookup)
    try:
        attempt.check()
    except RateLimited:
        return False
    return True


@pytest.fixture(params=["redis", "mongodb while redis is down"])
def backend(request: pytest.FixtureRequest, make_wiring: MakeWiring) -> Wiring:
    return make_wiring() if request.param == "redis" else make_wiring(REDIS_URL="redis://127.0.0.1:9/0")


def test_a_guarded_limit_holds_while_redis_refuses_writes(wiring: Wiring, subject: str) -> None:
    wiring.redis.write(("SET", f"ratelimit:{subject}:login", "so ZADD is an error"))
    limits = limits_of(wiring, wiring.clock)
    attempts = [is_admitted(wiring, limits.guarded_attempt(subject, "login")) for _ in range(LIMIT.maximum + 2)]
    assert attempts == [True] * LIMIT.maximum + [False] * 2


def test_attempts_leave_the_window_one_by_one(backend: Wiring, clock: ManualClock, subject: str) -> None:
    limits = limits_of(backend, clock)

    def attempt() -> bool:
        return is_admitted(backend, limits.guarded_attempt(subject, "login"))

    for _ in range(LIMIT.maximum):
        assert attempt()
        clock.now += timedelta(seconds=10)
    assert not attempt()  # at 50 s: five within the last 60
    clock.now += timedelta(seconds=9)
    assert not attempt()
    clock.now += timedelta(seconds=2)
    assert attempt()  # the first attempt has left the window, and refused attempts were never in it
    assert not attempt()


def test_concurrent_attempts_are_not_admitted_beyond_the_limit(
    backend: Wiring, clock: ManualClock, subject: str
) -> None:
    limits = limits_of(backend, clock)
    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(lambda _: is_admitted(backend, limits.guarded_attempt(subject, "login")), range(40)))
    assert sum(results) <= LIMIT.maximum


def test_an_attempt_that_is_taken_back_does_not_count(backend: Wiring, clock: ManualClock, subject: str) -> None:
    limits = limits_of(backend, clock)
    for _ in range(3 * LIMIT.maximum):
        attempt = limits.guarded_attempt(subject, "login")
        assert is_admitted(backend, attempt)
        attempt.take_back()


def test_retry_after_is_when_the_oldest_attempt_leaves_the_window(
    wiring: Wiring, clock: ManualClock, subject: str
) -> None:
    limits = limits_of(wiring, clock)
    for _ in range(LIMIT.maximum):
        assert is_admitted(wiring, limits.attempt(subject, "profile"))
        clock.now += timedelta(seconds=5)
    refused = limits.attempt(subject, "profile")
    wiring.redis.fetch(refused.count_lookup)
    with pytest.raises(RateLimited) as caught:
        refused.check()
    assert caught.value.retry_after == 60 - 25


def test_a_refused_request_counts_in_none_of_its_limits(wiring: Wiring, clock: ManualClock) -> None:
    limits = limits_of(wiring, clock)
    full, free = email(), email()
    for _ in range(LIMIT.maximum):
        assert is_admitted(wiring, limits.attempt(full, "login"))
    for _ in range(2 * LIMIT.maximum):
        attempts = [limits.attempt(free, "login"), limits.attempt(full, "login")]
        wiring.redis.fetch(*(attempt.count_lookup for attempt in attempts))
        with pytest.raises(RateLimited):
            check_all(attempts)
    assert is_admitted(wiring, limits.attempt(free, "login"))


def test_without_redis_only_guarded_attempts_are_limited(
    without_redis: Wiring, clock: ManualClock, subject: str
) -> None:
    limits = limits_of(without_redis, clock)
    assert all(is_admitted(without_redis, limits.attempt(subject, "profile")) for _ in range(2 * LIMIT.maximum))
    guarded = [is_admitted(without_redis, limits.guarded_attempt(subject, "login")) for _ in range(2 * LIMIT.maximum)]
    assert guarded == [True] * LIMIT.maximum + [False] * LIMIT.maximum


def test_successes_are_limited_and_a_failed_attempt_is_none(wiring: Wiring, clock: ManualClock, subject: str) -> None:
    rates = limits_of(wiring, clock)

    def succeeds(*, counted: bool) -> bool:
        successes = rates.successes(subject, "login-success")
        wiring.redis.fetch(successes.room_lookup)
        try:
            successes.check()
        except RateLimited:
            return False
        if counted:
            wiring.redis.fetch(successes.count_lookup())
        return True

    assert all(succeeds(counted=False) for _ in range(3 * LIMIT.maximum))
    assert all(succeeds(counted=True) for _ in range(LIMIT.maximum))
    assert not succeeds(counted=True)
    clock.now += timedelta(seconds=61)
    assert succeeds(counted=True)


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_subscriber_is_an_address_or_a_network_of_ipv6(ip: str, network: str) -> None:
    assert network_of(ip) == network


def test_refusing_once_more_costs_no_round_trip_for_a_second(wiring: Wiring, clock: ManualClock, subject: str) -> None:
    rates = replace(limits_of(wiring, clock), refusals=Refusals(clock))
    for _ in range(LIMIT.maximum):
        assert is_admitted(wiring, rates.attempt(subject, "typing"))
    rates.attempt(subject, "typing").check_known()
    assert not is_admitted(wiring, rates.attempt(subject, "typing"))
    with pytest.raises(RateLimited) as refused:
        rates.attempt(subject, "typing").check_known()
    assert refused.value.retry_after == LIMIT.seconds
    rates.attempt(subject, "sync").check_known()
    clock.now += timedelta(seconds=1)
    rates.attempt(subject, "typing").check_known()
    clock.now += timedelta(seconds=LIMIT.seconds)
    assert is_admitted(wiring, rates.attempt(subject, "typing"))


def test_a_full_window_is_believed_no_longer_than_it_lasts(wiring: Wiring, clock: ManualClock, subject: str) -> None:
    rates = replace(limits_of(wiring, clock), refusals=Refusals(clock))
    for _ in range(LIMIT.maximum):
        assert is_admitted(wiring, rates.attempt(subject, "typing"))
    clock.now += timedelta(seconds=LIMIT.seconds, milliseconds=-500)
    assert not is_admitted(wiring, rates.attempt(subject, "typing"))
    clock.now += timedelta(milliseconds=501)
    rates.attempt(subject, "typing").check_known()
    assert is_admitted(wiring, rates.attempt(subject, "typing"))


def test_a_flood_is_noticed_by_all_processes_and_forgiven_after_a_minute(
    make_wiring: Callable[..., Wiring], clock: ManualClock, subject: str
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


def test_without_redis_no_flood_is_counted(
    make_wiring: Callable[..., Wiring], clock: ManualClock, subject: str
) -> None:
    floods = Floods(make_wiring(REDIS_URL="redis://127.0.0.1:9/0").redis, clock)
    assert {floods.count_refused(subject) for _ in range(2 * MAX_REFUSED)} == {None}
