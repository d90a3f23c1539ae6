"""Messages leave the tail of their conversation in order, and are read once wherever they are."""

import pytest
from pymongo.errors import BulkWriteError

from chalicelib.errors import Unavailable
from chalicelib.events.envelope import Envelope
from chalicelib.models.pairs import pair_id
from chalicelib.stores.conversation_tail import tail_of
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.stores.message_moves import KEEP, KEEP_FOR, KEEP_MOST
from chalicelib.wiring import Wiring
from tests.support.pairs import Pair
from tests.support.pending import pending_events

COUNT = 40


@pytest.fixture
def pair(wiring: Wiring) -> Pair:
    """A pair with COUNT messages, every third from Bob."""
    pair = Pair(wiring)
    for number in range(COUNT):
        pair.send(f"{number:03}", from_bob=number % 3 == 0)
    return pair


def events(pair: Pair) -> list[Envelope]:
    """Returns the pending events of the pair's messages, in their order."""
    of_pair = [event for event in pending_events(pair.mongo) if event.data.get("conversationId") == pair.id]
    return sorted(of_pair, key=lambda event: int(str(event.data["seq"])))


def test_messages_stay_in_the_tail_while_a_request_that_looks_for_them_may_run(pair: Pair) -> None:
    pair.clock.offset += KEEP_FOR / 2
    pair.moves.move(pair.id)
    assert pair.moved() == 0
    pair.clock.offset += KEEP_FOR / 2
    pair.move_due(KEEP)
    assert pair.moved() == COUNT - KEEP
    assert len(pair.document["tail"]) == KEEP
    assert pair.document["movedIds"] == {pair.ada: f"{COUNT - KEEP - 1:03}", pair.bob: f"{COUNT - KEEP - 3:03}"}


def test_a_tail_that_grows_fast_keeps_a_limited_number(pair: Pair) -> None:
    for first in range(0, KEEP_MOST, 64):
        pair.commit(*(Draft("hi", f"1{number:03}") for number in range(first, first + 64)))
    pair.move_due(KEEP_MOST)
    assert len(pair.document["tail"]) == KEEP_MOST
    assert len(pair.history()) == COUNT + KEEP_MOST


def test_a_tail_of_long_messages_keeps_fewer(pair: Pair) -> None:
    long = "\N{PILE OF POO}" * 5_000
    for number in range(KEEP + 2):
        pair.commit(Draft(long, f"1{number:03}"))
    pair.move_due(KEEP)
    assert len(pair.document["tail"]) == KEEP


def test_a_move_after_one_that_died_half_way_completes_it(pair: Pair) -> None:
    """A process died when it had inserted messages, and before they left the tail: they are in both."""
    document = pair.document
    both = tail_of(document)[:10]
    pair.mongo.messages.insert_many(both)
    before = pair.history()
    assert len(before) == COUNT
    pair.move()
    assert pair.moved() == COUNT - KEEP
    assert pair.history() == before


def test_a_move_keeps_what_a_later_release_has_written_with_a_message(pair: Pair) -> None:
    pair.mongo.conversations.update_one({"_id": pair.id}, {"$set": {"tail.0.later": {"field": 1}}})
    pair.move()
    moved = pair.mongo.messages.find_one({"conversationId": pair.id, "seq": 1})
    assert moved is not None
    assert dict(moved)["later"] == {"field": 1}


def test_messages_stay_in_the_tail_where_a_majority_may_not_have_them(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def insert_many(*_: object, **__: object) -> None:
        raise BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64, "errmsg": "timed out"}]})

    monkeypatch.setattr(pair.mongo.messages, "insert_many", insert_many)
    pair.clock.offset += KEEP_FOR
    with pytest.raises(Unavailable):
        pair.moves.move(pair.id)
    monkeypatch.undo()
    assert len(pair.history()) == len(pair.document["tail"]) == COUNT


def test_a_message_takes_its_pending_event_along(pair: Pair) -> None:
    assert len(pair.document["pendingMessages"]) == COUNT
    before = events(pair)
    assert [event.data["seq"] for event in before] == list(range(1, COUNT + 1))
    pair.move()
    assert pair.document["pendingMessages"] == [message["_id"] for message in pair.document["tail"]]
    moved = list(pair.mongo.messages.find({"conversationId": pair.id}))
    assert all([event["data"]["seq"] for event in message["pendingEvents"]] == [message["seq"]] for message in moved)
    assert events(pair) == before


def test_an_event_that_is_confirmed_is_not_pending_after_the_move(pair: Pair, wiring: Wiring) -> None:
    committed = pair.commit(Draft("hi", "published"))
    wiring.message_events.confirm(committed.events)
    [outcome] = committed.outcomes.values()
    assert isinstance(outcome, Stored)
    for number in range(KEEP):
        pair.send(f"z{number:02}")
    pair.move()
    moved = pair.mongo.messages.find_one({"conversationId": pair.id, "seq": outcome.message.seq})
    assert moved is not None
    assert moved["pendingEvents"] == []


@pytest.mark.parametrize("moves", [0, 1], ids=["nothing is moved", "the old ones are moved"])
@pytest.mark.parametrize("limit", [1, KEEP, 24, COUNT])
def test_pages_are_the_same_wherever_their_messages_are(pair: Pair, moves: int, limit: int) -> None:
    for _ in range(moves):
        pair.move()
    for place in (0, 1, 2, COUNT - KEEP - 1, COUNT - KEEP, COUNT - KEEP + 1, COUNT - 1, COUNT, COUNT + 1, COUNT + 2):
        after = pair.messages.page(pair.id, before=None, after=place, limit=limit)
        expected = list(range(place + 1, COUNT + 1))
        assert [message.seq for message in after.messages] == expected[:limit]
        assert after.hasMore == (len(expected) > limit)
        before = pair.messages.page(pair.id, before=place, after=None, limit=limit)
        expected = list(range(1, min(place, COUNT + 1)))
        assert [message.seq for message in before.messages] == expected[-limit:]
        assert before.hasMore == (len(expected) > limit)
    newest = pair.messages.page(pair.id, before=None, after=None, limit=limit)
    assert [message.seq for message in newest.messages] == list(range(1, COUNT + 1))[-limit:]


def test_a_message_is_found_by_its_seq_wherever_it_is(pair: Pair, wiring: Wiring) -> None:
    pair.move()
    other = Pair(wiring)
    other.send("1")
    for seq in (1, COUNT - KEEP, COUNT - KEEP + 1, COUNT):
        found = pair.messages.at({pair.id: seq, other.id: 1, pair_id("0" * 24, "1" * 24): 1})
        assert sorted((message.conversationId, message.seq) for message in found) == sorted(
            [(pair.id, seq), (other.id, 1)]
        )
    assert pair.messages.at({pair.id: COUNT + 1}) == []


@pytest.mark.parametrize("moves", [0, 1], ids=["nothing is moved", "the old ones are moved"])
def test_unread_messages_are_counted_wherever_they_are(pair: Pair, wiring: Wiring, moves: int) -> None:
    for _ in range(moves):
        pair.move()
    from_bob = [number + 1 for number in range(COUNT) if number % 3 == 0]
    for mark in (None, 1, 20, COUNT - KEEP, COUNT - KEEP + 1, COUNT - 1, COUNT):
        if mark is not None:
            wiring.conversation_store.mark_read(pair.ada, pair.bob, mark)
        [summary], _ = wiring.conversation_store.page(pair.ada, before=None, limit=20)
        assert summary["unread"] == sum(seq > (mark or 0) for seq in from_bob), mark
        assert summary["lastMessage"]["clientMessageId"] == f"{COUNT - 1:03}"


def test_messages_in_both_places_are_counted_once(pair: Pair, wiring: Wiring) -> None:
    document = pair.document
    pair.mongo.messages.insert_many(tail_of(document)[:10])
    [summary], _ = wiring.conversation_store.page(pair.ada, before=None, limit=20)
    assert summary["unread"] == sum(number % 3 == 0 for number in range(COUNT))
