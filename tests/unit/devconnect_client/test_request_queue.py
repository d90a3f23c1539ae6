"""Requests that name several users at once: when they are sent, and which name makes them fail."""

import pytest

from devconnect_client.errors import MAX_FAULTS, DevConnectError, Fault, RateLimited, Refused, Unavailable
from devconnect_client.request_queue import RequestQueue
from devconnect_client.timings import Timings

TIMINGS = Timings(answer=10.0, first_delay=1.0, longest_delay=1.0)
AT_ONCE = Timings(answer=10.0, first_delay=0.0)
NO = Refused("No.", "bad_request")


def queue_of(*names: str, most: int = 3, timings: Timings = TIMINGS) -> RequestQueue:
    queue = RequestQueue(most, timings)
    for name in names:
        queue.add(name)
    return queue


def test_the_next_frame_is_sent_when_the_last_one_is_answered() -> None:
    queue = queue_of("a", "b", "c", "d")
    assert queue.due(0) == ["a", "b", "c"]
    for name in "abc":
        assert queue.due(1) == []
        queue.answered(name)
    assert queue.due(1) == ["d"]
    queue.answered("d")
    assert queue.next_due() is None


def test_unanswered_names_are_requested_again_together_with_new_ones() -> None:
    queue = queue_of("a", "b")
    assert queue.due(0) == ["a", "b"]
    queue.answered("a")
    queue.add("c")
    assert queue.next_due() == 10
    assert queue.due(9.9) == []
    assert queue.due(10) == ["b", "c"]


@pytest.mark.parametrize(
    ("error", "least"), [(RateLimited("Too much.", 20), 20), (Unavailable("Down."), 0), (Fault("Ours."), 0)]
)
def test_a_temporary_error_postpones_requests_also_on_a_new_websocket(error: DevConnectError, least: float) -> None:
    queue = queue_of("a", "b")
    queue.due(0)
    assert queue.refused(error, now=0) == ()
    due = queue.next_due()
    assert due is not None
    assert least <= due <= least + 1
    if least:
        queue.reconnected(["a", "b"])
        assert queue.due(least - 1) == []
    assert queue.due(due) == ["a", "b"]


@pytest.mark.parametrize(("error", "times"), [(NO, 1), (Fault("Ours."), MAX_FAULTS)])
def test_a_name_that_makes_frames_fail_is_found_and_given_up(error: DevConnectError, times: int) -> None:
    """The service may refuse the frame, or fail at it each time."""
    names = [f"user {number}" for number in range(45)]
    queue = queue_of(*names, most=20, timings=AT_ONCE)
    given_up: list[str] = []
    answered: list[str] = []
    frames = 0
    while due := queue.due(0):
        frames += 1
        if {"user 7", "user 33"}.isdisjoint(due):
            answered += due
            for name in due:
                queue.answered(name)
        else:
            given_up += queue.refused(error, now=0)
    assert given_up == ["user 7", "user 33"]
    assert sorted(answered) == sorted(set(names) - set(given_up))
    assert frames <= 30 * times


def test_a_late_error_gives_up_no_name() -> None:
    queue = queue_of("a", most=20, timings=AT_ONCE)
    queue.due(0)
    queue.answered("a")
    assert queue.refused(NO, now=0) == ()
    for name in "bc":
        queue.add(name)
    assert queue.due(0) == ["b", "c"]


def test_an_unknown_outcome_shortens_the_wait_for_the_answer() -> None:
    queue = queue_of("a")
    queue.due(0)
    queue.outcome_unknown(now=1)
    due = queue.next_due()
    assert due is not None
    assert 1 <= due <= 2
    assert queue.due(due) == ["a"]
