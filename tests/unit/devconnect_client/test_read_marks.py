"""Read marks are sent until the list of conversations shows them."""

import json

import pytest

from devconnect_client.errors import MAX_FAULTS, DevConnectError, Fault, RateLimited, Refused
from devconnect_client.read_marks import ReadMarks


@pytest.fixture
def marks() -> ReadMarks:
    return ReadMarks()


def sent(marks: ReadMarks, now: float = 0.0) -> list[tuple[str, int]]:
    return [(frame["userId"], frame["seq"]) for frame in map(json.loads, marks.due(now))]


def test_a_mark_only_moves_forward(marks: ReadMarks) -> None:
    for seq in (1, 3, 2):
        marks.read("bob", seq)
    assert sent(marks) == [("bob", 3)]
    marks.read("bob", 3)
    assert marks.next_due() is None


def test_a_mark_is_sent_until_the_list_shows_it(marks: ReadMarks) -> None:
    marks.read("bob", 2)
    for read_seq, expected in ((1, [("bob", 2)]), (2, []), (1, [])):
        sent(marks)
        marks.listed("bob", read_seq)
        assert sent(marks) == expected


def test_a_mark_that_no_list_has_shown_is_sent_again_on_a_new_websocket(marks: ReadMarks) -> None:
    marks.read("bob", 2)
    marks.read("eve", 1)
    sent(marks)
    marks.listed("eve", 1)
    marks.reconnected()
    assert sent(marks) == [("bob", 2)]


def test_a_rate_limit_postpones_the_marks(marks: ReadMarks) -> None:
    marks.read("bob", 2)
    sent(marks)
    marks.refused(RateLimited("Too much.", 57), now=0)
    marks.listed("bob", 0)
    assert sent(marks, 30) == []
    assert marks.next_due() == 57
    assert sent(marks, 57) == [("bob", 2)]


@pytest.mark.parametrize(("error", "times"), [(Refused("No.", "bad_request"), 1), (Fault("Ours."), MAX_FAULTS)])
def test_a_permanent_refusal_gives_the_mark_up(marks: ReadMarks, error: DevConnectError, times: int) -> None:
    marks.read("bob", 2)
    for _ in range(times):
        marks.listed("bob", 0)
        assert sent(marks) == [("bob", 2)]
        marks.refused(error, now=0)
    marks.listed("bob", 0)
    marks.reconnected()
    assert sent(marks) == []
    marks.read("bob", 3)
    assert sent(marks) == [("bob", 3)]
