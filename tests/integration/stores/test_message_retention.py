"""Old messages are deleted from their conversations, which go on above them as if nothing had been before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.collection import Collection

from chalicelib.clock import utc_now
from chalicelib.consumer.tasks.retention import Retention
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.stores.message_moves import KEEP
from chalicelib.stores.modifications import Reaction
from chalicelib.wiring import Wiring
from tests.support.pairs import Pair

COUNT = 40
OLD = datetime(2001, 1, 1, tzinfo=UTC)
FLOOR = COUNT - KEEP
"""The seq of the last message that has left the tail, and is deleted."""


@pytest.fixture
def pair(wiring: Wiring) -> Pair:
    """A pair with COUNT messages, of which those that have left the tail are from 2001, and their events in Kafka."""
    pair = Pair(wiring)
    for number in range(COUNT):
        pair.send(f"{number:03}", from_bob=number % 3 == 0)
    pair.move()
    moved = list(pair.mongo.messages.find({"conversationId": pair.id}))
    pair.mongo.messages.delete_many({"conversationId": pair.id})
    for message in moved:
        # An id has its time in its first four bytes.
        message["_id"] = ObjectId(ObjectId.from_datetime(OLD).binary[:4] + message["_id"].binary[4:])
        message["pendingEvents"] = []
    pair.mongo.messages.insert_many(moved)
    return pair


def delete(wiring: Wiring) -> None:
    """Deletes what is as old as these messages: no other test has such."""
    while wiring.message_retention.delete_before(OLD + timedelta(days=1), 10) == 10:
        pass


def delete_all(wiring: Wiring, pair: Pair) -> None:
    delete(wiring)
    assert pair.moved() == 0


def test_a_batch_is_bounded_and_begins_with_the_oldest(wiring: Wiring, pair: Pair) -> None:
    assert wiring.message_retention.delete_before(OLD - timedelta(days=1), 5) == 0
    assert wiring.message_retention.delete_before(OLD + timedelta(days=1), 5) == 5
    left = pair.mongo.messages.find({"conversationId": pair.id}, {"seq": 1}).sort("seq")
    assert [message["seq"] for message in left] == list(range(6, FLOOR + 1))


def test_history_ends_where_the_rest_was_deleted(wiring: Wiring, pair: Pair) -> None:
    delete_all(wiring, pair)
    page = pair.messages.page(pair.id, before=None, after=None, limit=100)
    assert [message.seq for message in page.messages] == list(range(FLOOR + 1, COUNT + 1))
    assert not page.hasMore
    assert not pair.messages.page(pair.id, before=FLOOR + 1, after=None, limit=100).messages


@pytest.mark.parametrize("after", [0, FLOOR - 1, FLOOR])
def test_a_sync_from_before_is_complete_and_begins_with_what_is_left(wiring: Wiring, pair: Pair, after: int) -> None:
    delete_all(wiring, pair)
    page = pair.messages.following(pair.id, after=after, limit=100)
    assert [message.seq for message in page.messages] == list(range(FLOOR + 1, COUNT + 1))
    assert not page.hasMore


def test_a_conversation_goes_on_with_the_next_seq(wiring: Wiring, pair: Pair) -> None:
    delete_all(wiring, pair)
    assert pair.send("999") == (COUNT + 1, True)


def test_a_message_that_is_repeated_after_its_deletion_is_a_new_one(wiring: Wiring, pair: Pair) -> None:
    delete_all(wiring, pair)
    [outcome] = pair.commit(Draft("hi", "001")).outcomes.values()
    assert isinstance(outcome, Stored)
    assert (outcome.is_new, outcome.message.seq) == (True, COUNT + 1)


def test_a_message_waits_for_kafka_to_have_its_event(wiring: Wiring, pair: Pair) -> None:
    pair.mongo.messages.update_one(
        {"conversationId": pair.id, "seq": 1}, {"$set": {"pendingEvents": [{"eventId": "1", "at": utc_now()}]}}
    )
    delete(wiring)
    assert pair.moved() == 1
    pair.mongo.messages.delete_many({"conversationId": pair.id})


def test_the_copies_of_its_conversation_are_deleted(wiring: Wiring, pair: Pair) -> None:
    key = wiring.recent_messages.key(pair.id)
    wiring.redis.write(("ZADD", key, 1, "{}"))
    delete_all(wiring, pair)
    [exists] = wiring.redis.send(("EXISTS", key))
    assert exists == 0


# Messages that are still in the tail


def age_tail(pair: Pair, number: int) -> None:
    """Makes the oldest messages of the tail as old as those that have left it, and all events known to Kafka."""
    conversation = pair.mongo.conversations.find_one({"_id": pair.id})
    assert conversation is not None
    for message in conversation["tail"][:number]:
        message["_id"] = ObjectId(ObjectId.from_datetime(OLD).binary[:4] + message["_id"].binary[4:])
    pair.mongo.conversations.update_one(
        {"_id": pair.id}, {"$set": {"tail": conversation["tail"], "pendingMessages": []}}
    )


def retention(wiring: Wiring) -> Retention:
    """The consumer's task, at a moment before which only these messages are."""
    return Retention(messages=wiring.message_retention, kept=timedelta(), clock=lambda: OLD + timedelta(days=1))


def seqs(pair: Pair) -> list[int]:
    return [message.seq for message in pair.messages.page(pair.id, before=None, after=None, limit=100).messages]


def unread(wiring: Wiring, pair: Pair) -> list[int]:
    return [each["unread"] for each in wiring.conversation_store.page(pair.bob, before=None, limit=10)[0]]


@pytest.mark.parametrize("old", [1, KEEP - 1, KEEP])
def test_what_is_too_old_leaves_the_tail_as_well(wiring: Wiring, pair: Pair, old: int) -> None:
    newer = list(range(FLOOR + old + 1, COUNT + 1))
    age_tail(pair, old)
    retention(wiring).run()
    assert (seqs(pair), pair.moved()) == (newer, 0)
    page = pair.messages.following(pair.id, after=FLOOR, limit=100)
    assert ([message.seq for message in page.messages], page.hasMore) == (newer, False)
    # Every third one, from the first, is Bob's own.
    assert unread(wiring, pair) == ([sum(1 for seq in newer if seq % 3 != 1)] if newer else [])
    [head] = pair.messages.heads([pair.id]).values()
    assert head.last_seq == COUNT
    missed = pair.messages.missed(pair.id, after_seq=0, after_change=0, limit=100, max_bytes=1_000_000)
    assert ([message.seq for message in missed.messages], missed.is_all) == (newer, True)
    assert pair.send("999") == (COUNT + 1, True)
    assert seqs(pair) == [*newer, COUNT + 1]
    assert len(unread(wiring, pair)) == 1, "the next message brings the conversation back"


def test_a_copy_of_an_emptied_conversation_takes_the_next_message(wiring: Wiring, pair: Pair) -> None:
    age_tail(pair, KEEP)
    recent = wiring.recent_messages.lookup(pair.id)
    wiring.redis.fetch(recent)
    assert len(recent.resolve().messages) == COUNT
    retention(wiring).run()
    for expected in ([], [COUNT + 1]):
        page = wiring.recent_messages.lookup_page(pair.id, before=None, after=0, limit=100)
        wiring.redis.fetch(page)
        found = page.resolve() or pair.messages.page(pair.id, before=None, after=0, limit=100)
        assert [message.seq for message in found.messages] == expected
        if not expected:
            pair.send("999")
            wiring.recent_messages.append(pair.messages.at({pair.id: COUNT + 1}))


@pytest.mark.parametrize("dies_at", ["insert_many", "update_one", "delete_many"])
def test_what_a_dead_consumer_has_begun_is_continued(
    wiring: Wiring, pair: Pair, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    age_tail(pair, KEEP - 4)
    with monkeypatch.context() as patch:
        patch.setattr(Collection, dies_at, _dies_after(getattr(Collection, dies_at)))
        with pytest.raises(_Death):
            retention(wiring).run()
    retention(wiring).run()
    assert (seqs(pair), pair.moved()) == (list(range(COUNT - 3, COUNT + 1)), 0)
    assert pair.send("999") == (COUNT + 1, True)


class _Death(BaseException):
    """The process is gone."""


def _dies_after(method: Callable[..., object]) -> Callable[..., object]:
    def die(*arguments: Any, **options: Any) -> None:  # Any: those of the method
        method(*arguments, **options)
        raise _Death

    return die


def test_a_text_that_was_deleted_leaves_the_tail_with_its_state(wiring: Wiring, pair: Pair) -> None:
    """Where its event is pending still, the message waits in `messages`, as it has become."""
    age_tail(pair, 1)
    wiring.message_changes.change(pair.ada, pair.bob, FLOOR + 1, Reaction("👍"))
    wiring.message_retention.move_before(OLD + timedelta(days=1), 10)
    moved = pair.mongo.messages.find_one({"conversationId": pair.id, "seq": FLOOR + 1})
    assert moved is not None
    assert moved["reactions"] == {pair.ada: "👍"}
    delete_all(wiring, pair)
