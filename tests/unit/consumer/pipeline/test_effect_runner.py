"""What becomes of a batch when an effect fails on some or all of its events."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.pipeline.effect_runner import ATTEMPTS, SYSTEMIC, EffectRunner, SystemicFailureError
from chalicelib.consumer.pipeline.records import Incoming
from chalicelib.errors import RedisUnavailable
from chalicelib.events.envelope import VERSION, Envelope, encode
from tests.support.kafka_records import KafkaRecord


@dataclass
class StubEffect:
    """Records the events that it is given, and fails on those for which `fails` is true."""

    fails: Callable[[Envelope], bool] = lambda _event: False
    applied: list[str] = field(default_factory=list)
    calls: int = 0

    def apply(self, events: Sequence[Envelope]) -> None:
        self.calls += 1
        for event in events:
            if self.fails(event):
                raise ValueError(f"no way with {event.eventId}")
        self.applied += [event.eventId for event in events]


def batch(count: int, first: int = 0) -> list[Incoming]:
    events = [
        Envelope(
            eventId=f"event-{number}", eventType="USER_LOGIN", userId="user", timestamp="t", version=VERSION, data={}
        )
        for number in range(first, first + count)
    ]
    return [Incoming(event, KafkaRecord(offset, encode(event))) for offset, event in enumerate(events)]


def runner_of(*effects: StubEffect) -> EffectRunner:
    stop = threading.Event()
    stop.set()  # no pause between attempts
    return EffectRunner([RoutedEffect(effect, {"USER_LOGIN"}) for effect in effects], stop)


def test_an_effect_gets_a_batch_in_one_call() -> None:
    effect = StubEffect()
    assert runner_of(effect).apply(batch(500)) == []
    assert effect.calls == 1


def test_only_the_event_that_fails_becomes_poison() -> None:
    picky = StubEffect(fails=lambda event: event.eventId == "event-3")
    later = StubEffect()
    [poison] = runner_of(picky, later).apply(batch(6))
    assert poison.reason == "effect_failed"
    assert "no way with event-3" in poison.error
    assert "Traceback" in poison.error
    others = {f"event-{number}" for number in (0, 1, 2, 4, 5)}
    assert set(picky.applied) == others
    assert set(later.applied) == others  # a dead event reaches no later effect


def test_an_event_that_fails_a_few_times_is_not_poison() -> None:
    failures = iter([True, True, True])  # the batch, and two attempts at one event
    flaky = StubEffect(fails=lambda event: event.eventId == "event-1" and next(failures, False))
    assert runner_of(flaky).apply(batch(3)) == []
    assert set(flaky.applied) == {"event-0", "event-1", "event-2"}
    assert ATTEMPTS > 2


def test_an_error_of_a_dependency_that_is_down_is_raised() -> None:
    class Down:
        def apply(self, _events: Sequence[Envelope]) -> None:
            raise RedisUnavailable

    stop = threading.Event()
    with pytest.raises(RedisUnavailable):
        EffectRunner([RoutedEffect(Down(), {"USER_LOGIN"})], stop).apply(batch(3))


def test_a_batch_in_which_every_event_fails_is_a_systemic_failure() -> None:
    with pytest.raises(SystemicFailureError):
        runner_of(StubEffect(), StubEffect(fails=lambda _event: True)).apply(batch(SYSTEMIC + 5))


def test_events_that_fail_one_batch_after_the_other_are_a_systemic_failure() -> None:
    runner = runner_of(StubEffect(fails=lambda _event: True), StubEffect())
    for number in range(SYSTEMIC - 1):
        assert len(runner.apply(batch(1, first=number))) == 1
    with pytest.raises(SystemicFailureError):
        runner.apply(batch(1, first=SYSTEMIC))


def test_failures_with_successes_between_them_are_no_systemic_failure() -> None:
    odd = StubEffect(fails=lambda event: int(event.eventId.removeprefix("event-")) % 2 == 1)
    assert len(runner_of(odd).apply(batch(4 * SYSTEMIC))) == 2 * SYSTEMIC
