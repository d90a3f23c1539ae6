"""Which conversations are synced, and when."""

import json

from examples.devconnect_client.catching_up import MAX_CONVERSATIONS, CatchingUp
from examples.devconnect_client.conversation import Conversation
from examples.devconnect_client.errors import RateLimited, Unavailable
from examples.devconnect_client.timings import Timings

TIMINGS = Timings(answer=10.0, gap=0.5, first_delay=1.0, longest_delay=1.0)


def asked(catching_up: CatchingUp, now: float) -> list[tuple[str, int]]:
    frame = catching_up.due(now)
    if frame is None:
        return []
    return [(one["userId"], one["afterSeq"]) for one in json.loads(frame)["conversations"]]


def test_after_a_reconnect_everything_is_asked_for_one_frame_at_a_time() -> None:
    conversations = {f"user {number}": Conversation(number) for number in range(45)}
    catching_up = CatchingUp(conversations, TIMINGS)
    catching_up.reconnected()
    frames = []
    while frame := asked(catching_up, 0):
        frames.append(frame)
        for user_id, _ in frame:
            assert asked(catching_up, 0) == [], "the answers are the pace"
            catching_up.answered(user_id, complete=True, now=0)
    assert [len(frame) for frame in frames] == [MAX_CONVERSATIONS, MAX_CONVERSATIONS, 5]
    assert [one for frame in frames for one in frame] == [(f"user {number}", number) for number in range(45)]
    assert catching_up.next_due() is None


def test_what_is_not_complete_is_asked_for_from_where_it_is_now() -> None:
    bob = Conversation()
    catching_up = CatchingUp({"bob": bob}, TIMINGS)
    catching_up.missed("bob")
    assert asked(catching_up, 0) == [("bob", 0)]
    bob.upto = 100
    catching_up.answered("bob", complete=False, now=1)
    assert asked(catching_up, 1) == [("bob", 100)]


def test_what_is_not_answered_is_asked_for_again_with_what_came_up_meanwhile() -> None:
    catching_up = CatchingUp({name: Conversation() for name in ("bob", "eve", "carol")}, TIMINGS)
    catching_up.missed("bob")
    catching_up.missed("eve")
    assert len(asked(catching_up, 0)) == 2
    catching_up.answered("bob", complete=True, now=1)
    catching_up.missed("carol")
    assert catching_up.next_due() == 10
    assert asked(catching_up, 9.9) == []
    assert asked(catching_up, 10) == [("eve", 0), ("carol", 0)]


def test_a_refusal_is_waited_out() -> None:
    for error, least in ((RateLimited("Too much.", 20), 20), (Unavailable("Down."), 0)):
        catching_up = CatchingUp({"bob": Conversation()}, TIMINGS)
        catching_up.missed("bob")
        assert asked(catching_up, 0)
        catching_up.refused(error, now=0)
        due = catching_up.next_due()
        assert due is not None
        assert least <= due <= least + 1
        assert asked(catching_up, due) == [("bob", 0)]


def test_a_gap_is_asked_for_only_where_it_stays() -> None:
    bob, eve = Conversation(), Conversation()
    catching_up = CatchingUp({"bob": bob, "eve": eve}, TIMINGS)
    for user_id, conversation in (("bob", bob), ("eve", eve)):
        conversation.exists(1)
        catching_up.gap(user_id, now=0)
    assert catching_up.next_due() == 0.5
    assert asked(catching_up, 0.4) == []
    bob.upto = 1
    assert asked(catching_up, 0.5) == [("eve", 0)]
    catching_up.answered("eve", complete=True, now=1)
    assert asked(catching_up, 1) == [], "not at once: it would be asked for as fast as it is answered"
    assert asked(catching_up, 1.5) == [("eve", 0)]
