"""Old messages are deleted from their conversations, which go on above them as if nothing had been before."""

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from chalicelib.clock import utc_now
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.stores.message_moves import KEEP
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
