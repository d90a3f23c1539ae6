"""Which conversations the client syncs, and when."""

import json

import pytest

from devconnect_client.conversation import Conversation
from devconnect_client.errors import MAX_FAULTS, DevConnectError, Fault, Refused
from devconnect_client.sync_schedule import MAX_CONVERSATIONS, SyncSchedule
from devconnect_client.timings import Timings

TIMINGS = Timings(answer=10.0, gap=0.5, first_delay=1.0, longest_delay=1.0)


def asked(schedule: SyncSchedule, now: float) -> list[tuple[str, int]]:
    frames = map(json.loads, schedule.due(now))
    return [(part["userId"], part["afterSeq"]) for frame in frames for part in frame["conversations"]]


def test_after_a_reconnect_every_conversation_is_synced_one_frame_at_a_time() -> None:
    conversations = {f"user {number}": Conversation(number) for number in range(45)}
    schedule = SyncSchedule(conversations, TIMINGS)
    schedule.reconnected()
    frames = []
    while frame := asked(schedule, 0):
        frames.append(frame)
        for user_id, _ in frame:
            assert asked(schedule, 0) == [], "the next frame is sent only when the last one is answered"
            schedule.answered(user_id, complete=True, now=0)
    assert [len(frame) for frame in frames] == [MAX_CONVERSATIONS, MAX_CONVERSATIONS, 5]
    assert [part for frame in frames for part in frame] == [(f"user {number}", number) for number in range(45)]
    assert schedule.next_due() is None


def test_an_incomplete_sync_is_continued_from_the_last_message() -> None:
    bob = Conversation()
    schedule = SyncSchedule({"bob": bob}, TIMINGS)
    schedule.missed("bob")
    assert asked(schedule, 0) == [("bob", 0)]
    bob.upto = 100
    schedule.answered("bob", complete=False, now=1)
    assert asked(schedule, 1) == [("bob", 100)]


@pytest.mark.parametrize(("error", "for_good"), [(Refused("No.", "bad_request"), True), (Fault("Ours."), False)])
def test_a_conversation_whose_sync_is_refused_is_given_up(error: DevConnectError, *, for_good: bool) -> None:
    """After a fault of the service, which may be repaired, the next missed message is a reason to try again."""
    schedule = SyncSchedule({"bob": Conversation()}, TIMINGS)
    schedule.missed("bob")
    given_up: tuple[str, ...] = ()
    for minute in range(MAX_FAULTS):
        if not given_up:
            assert asked(schedule, 60 * minute) == [("bob", 0)]
            given_up = schedule.refused(error, now=60 * minute)
    assert given_up == ("bob",)
    assert schedule.next_due() is None
    schedule.missed("bob")
    schedule.reconnected()
    assert asked(schedule, 3_600) == ([] if for_good else [("bob", 0)])


def test_only_a_gap_that_stays_is_synced() -> None:
    bob, eve = Conversation(), Conversation()
    schedule = SyncSchedule({"bob": bob, "eve": eve}, TIMINGS)
    for user_id, conversation in (("bob", bob), ("eve", eve)):
        conversation.exists(1)
        schedule.gap(user_id, now=0)
    assert schedule.next_due() == 0.5
    assert asked(schedule, 0.4) == []
    bob.upto = 1
    assert asked(schedule, 0.5) == [("eve", 0)]


def test_a_gap_that_no_sync_fills_is_synced_less_and_less_often() -> None:
    bob = Conversation()
    bob.exists(1)
    schedule = SyncSchedule({"bob": bob}, Timings(gap=0.5, first_delay=1.0, longest_delay=64.0))
    schedule.missed("bob")
    now, frames = 0.0, 0
    while now < 3_600:
        frames += len(asked(schedule, now))
        schedule.answered("bob", complete=True, now=now)
        now = schedule.next_due() or now
    assert frames < 600, "it would be asked for as fast as it is answered"
