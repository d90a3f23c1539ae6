"""Requests that name several users at once: when they are sent, and which name makes them fail."""

import pytest

from examples.devconnect_client.errors import MAX_FAULTS, DevConnectError, Fault, RateLimited, Refused, Unavailable
from examples.devconnect_client.request_queue import RequestQueue
from examples.devconnect_client.timings import Timings

TIMINGS = Timings(answer=10.0, first_delay=1.0, longest_delay=1.0)
AT_ONCE = Timings(answer=10.0, first_delay=0.0)
NO = Refused("No.", "bad_request")


def asking_for(*names: str, most: int = 3, timings: Timings = TIMINGS) -> RequestQueue:
    asking = RequestQueue(most, timings)
    for name in names:
        asking.add(name)
    return asking


def test_the_next_frame_is_sent_when_the_last_one_is_answered() -> None:
    asking = asking_for("a", "b", "c", "d")
    assert asking.due(0) == ["a", "b", "c"]
    for name in "abc":
        assert asking.due(1) == []
        asking.answered(name)
    assert asking.due(1) == ["d"]
    asking.answered("d")
    assert asking.next_due() is None


def test_unanswered_names_are_requested_again_together_with_new_ones() -> None:
    asking = asking_for("a", "b")
    assert asking.due(0) == ["a", "b"]
    asking.answered("a")
    asking.add("c")
    assert asking.next_due() == 10
    assert asking.due(9.9) == []
    assert asking.due(10) == ["b", "c"]


@pytest.mark.parametrize(
    ("error", "least"), [(RateLimited("Too much.", 20), 20), (Unavailable("Down."), 0), (Fault("Ours."), 0)]
)
def test_a_temporary_error_postpones_requests_also_on_a_new_websocket(error: DevConnectError, least: float) -> None:
    asking = asking_for("a", "b")
    asking.due(0)
    assert asking.refused(error, now=0) == ()
    due = asking.next_due()
    assert due is not None
    assert least <= due <= least + 1
    if least:
        asking.reconnected(["a", "b"])
        assert asking.due(least - 1) == []
    assert asking.due(due) == ["a", "b"]


@pytest.mark.parametrize(("error", "times"), [(NO, 1), (Fault("Ours."), MAX_FAULTS)])
def test_a_name_that_makes_frames_fail_is_found_and_given_up(error: DevConnectError, times: int) -> None:
    """The service may refuse the frame, or fail at it each time."""
    names = [f"user {number}" for number in range(45)]
    asking = asking_for(*names, most=20, timings=AT_ONCE)
    given_up: list[str] = []
    answered: list[str] = []
    frames = 0
    while due := asking.due(0):
        frames += 1
        if {"user 7", "user 33"}.isdisjoint(due):
            answered += due
            for name in due:
                asking.answered(name)
        else:
            given_up += asking.refused(error, now=0)
    assert given_up == ["user 7", "user 33"]
    assert sorted(answered) == sorted(set(names) - set(given_up))
    assert frames <= 30 * times


def test_a_late_error_gives_up_no_name() -> None:
    asking = asking_for("a", most=20, timings=AT_ONCE)
    asking.due(0)
    asking.answered("a")
    assert asking.refused(NO, now=0) == ()
    for name in "bc":
        asking.add(name)
    assert asking.due(0) == ["b", "c"]


def test_an_unknown_outcome_shortens_the_wait_for_the_answer() -> None:
    asking = asking_for("a")
    asking.due(0)
    asking.outcome_unknown(now=1)
    due = asking.next_due()
    assert due is not None
    assert 1 <= due <= 2
    assert asking.due(due) == ["a"]
