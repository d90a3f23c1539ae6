"""Changes of messages have consecutive numbers, one event each, and are not lost wherever their messages are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.errors import Conflict, Forbidden, NotFound, TooLate, Unavailable
from chalicelib.models.responses import MessageResponse
from chalicelib.stores import message_changes
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.stores.message_moves import KEEP, KEEP_FOR
from chalicelib.stores.modifications import EDIT_FOR, Deletion, Edit, Modification, Reaction
from chalicelib.wiring import Wiring
from tests.support.pairs import Pair
from tests.support.pending import pending_events
from tests.support.waiting import eventually

COUNT = KEEP + 4
"""So that four messages leave the tail in a move."""


@pytest.fixture
def pair(wiring: Wiring) -> Pair:
    """A pair with COUNT messages of Ada, "text 01" and so on."""
    pair = Pair(wiring)
    pair.commit(*(Draft(f"text {number:02}", f"{number:02}") for number in range(1, COUNT + 1)))
    return pair


def changes_in_events(pair: Pair) -> list[tuple[object, object, object]]:
    """Returns (type, seq, change) of the pending events of the pair's changes, in their order."""
    return [
        (event.eventType, event.data["seq"], event.data["change"])
        for event in pending_events(pair.mongo)
        if event.data.get("conversationId") == pair.id and "change" in event.data
    ]


def message(pair: Pair, seq: int) -> MessageResponse:
    return pair.history()[seq - 1]


@pytest.mark.parametrize("moves", [0, 1], ids=["in the tail", "moved"])
def test_an_edit_is_seen_with_its_number_wherever_the_message_is(pair: Pair, moves: int) -> None:
    for _ in range(moves):
        pair.move()
    edited = pair.change(2, Edit("another"))
    assert (edited.message, edited.change, edited.seq) == ("another", 1, 2)
    assert edited.editedAt
    assert message(pair, 2) == edited
    assert pair.messages.at({pair.id: 2}) == [edited]
    assert changes_in_events(pair) == [("MESSAGE_EDITED", 2, 1)]
    again = pair.change(2, Edit("third"))
    assert (again.message, again.change) == ("third", 2)
    assert message(pair, 2) == again
    assert pair.document.get("lastChange") == 2


@pytest.mark.parametrize("moves", [0, 1], ids=["in the tail", "moved"])
def test_a_deletion_leaves_no_text_in_mongodb(pair: Pair, moves: int) -> None:
    for _ in range(moves):
        pair.move()
    pair.change(2, Edit("secret"))
    pair.change(2, Reaction("👍"), by_bob=True)
    deleted = pair.change(2, Deletion())
    assert (deleted.message, deleted.deleted, deleted.change) == ("", True, 3)
    assert message(pair, 2) == deleted

    def stored() -> str:
        return str([pair.document, *pair.mongo.messages.find({"conversationId": pair.id})])

    assert "secret" not in stored()
    assert "text 02" not in stored()
    assert "👍" not in stored()


@pytest.mark.parametrize("moves", [0, 1], ids=["in the tail", "moved"])
def test_a_repeat_changes_nothing_and_is_answered_alike(pair: Pair, moves: int) -> None:
    for _ in range(moves):
        pair.move()
    modifications: list[Modification] = [Edit("another"), Reaction("👍"), Reaction(None), Reaction("👎"), Deletion()]
    for number, modification in enumerate(modifications, 1):
        first = pair.change(1, modification)
        assert first.change == number
        assert pair.change(1, modification) == first
    assert pair.change(1, Reaction(None)).change == len(modifications), "there is nothing to take back"
    assert pair.change(3, Edit("text 03")) == pair.history()[2], "the text is the same"
    assert len(changes_in_events(pair)) == len(modifications)
    assert pair.document.get("lastChange") == len(modifications)


def test_one_user_has_one_reaction_to_a_message(pair: Pair) -> None:
    pair.change(1, Reaction("👍"))
    pair.change(1, Reaction("👎"), by_bob=True)
    pair.change(1, Reaction("🎉"))
    assert message(pair, 1).reactions == {pair.ada: "🎉", pair.bob: "👎"}
    pair.change(1, Reaction(None))
    assert message(pair, 1).reactions == {pair.bob: "👎"}


def test_what_may_not_be_done_is_refused_and_changes_nothing(pair: Pair) -> None:
    for modification in (Edit("x"), Deletion()):
        with pytest.raises(Forbidden):
            pair.change(1, modification, by_bob=True)
        with pytest.raises(NotFound):
            pair.change(COUNT + 1, modification)
    with pytest.raises(NotFound):
        Pair.change(pair, 2**53 - 1, Reaction("👍"))
    pair.change(1, Deletion())
    for refused in (Edit("x"), Reaction("👍")):
        with pytest.raises(Conflict):
            pair.change(1, refused)
    pair.clock.offset += EDIT_FOR + timedelta(seconds=1)
    with pytest.raises(TooLate):
        pair.change(2, Edit("x"))
    assert pair.document.get("lastChange") == 1
    assert pair.change(2, Reaction("👍")).change == 2, "there is no limit of time for a reaction"
    assert pair.change(2, Deletion()).change == 3, "nor for a deletion"


def test_an_edit_within_fifteen_minutes_is_in_time_and_its_repeat_later(pair: Pair) -> None:
    pair.clock.offset += EDIT_FOR - timedelta(seconds=10)
    edited = pair.change(1, Edit("x"))
    pair.clock.offset += timedelta(minutes=1)
    assert pair.change(1, Edit("x")) == edited


def test_concurrent_changes_take_every_number_once(pair: Pair) -> None:
    def react(number: int) -> object:
        return pair.change(number % COUNT + 1, Reaction("👍" if number % 3 else "👎"), by_bob=bool(number % 2)).change

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(react, range(60)))
    numbers = [number for _, _, number in changes_in_events(pair)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert pair.document.get("lastChange") == len(numbers)


@pytest.mark.parametrize("moves", [0, 1], ids=["in the tail", "moved"])
@pytest.mark.parametrize("modification", [Edit("another"), Deletion()], ids=["edited", "deleted"])
def test_a_message_that_is_sent_again_after_a_change_is_acknowledged_as_before(
    pair: Pair, modification: Modification, moves: int
) -> None:
    changed = pair.change(2, modification)
    for _ in range(moves):
        pair.move()
    [repeat] = pair.commit(Draft("text 02", "02")).outcomes.values()
    assert repeat == Stored(changed, is_new=False)
    [conflict] = pair.commit(Draft("another", "02")).outcomes.values()
    assert isinstance(conflict, Conflict)


def changed_in_a_move(pair: Pair, monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[], object]) -> None:
    """Moves, and makes a change when the mover has read the tail, and before or after it inserts the messages."""
    collection = pair.mongo.messages
    original = collection.insert_many

    def insert_many(*arguments: object, **options: object) -> object:
        if name == "before":
            change()
        result = original(*arguments, **options)  # type: ignore[arg-type] # they are passed on
        if name == "after":
            change()
        return result

    monkeypatch.setattr(collection, "insert_many", insert_many)
    pair.clock.offset += KEEP_FOR
    pair.moves.move(pair.id)
    monkeypatch.undo()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("modification", [Edit("another"), Deletion(), Reaction("👍")], ids=["edit", "delete", "react"])
@pytest.mark.parametrize("seq", [2, COUNT], ids=["of a message that leaves", "of one that stays"])
def test_a_change_in_the_middle_of_a_move_is_kept(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, modification: Modification, seq: int, when: str
) -> None:
    changed: list[MessageResponse] = []
    changed_in_a_move(pair, monkeypatch, when, lambda: changed.append(pair.change(seq, modification)))
    assert message(pair, seq) == changed[0]
    assert pair.moved() == COUNT - KEEP
    assert len(pair.document["tail"]) == KEEP, "the move was tried again"
    moved = pair.mongo.messages.find_one({"conversationId": pair.id, "seq": 2})
    assert moved is not None
    if seq == 2:
        assert (moved["text"], moved.get("change")) == (changed[0].message, 1)
        assert "2" not in pair.document.get("changed", {}), "its state is where it is"


def test_no_deleted_text_stays_where_a_mover_died_half_way(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has inserted messages that are still in the tail, where one is deleted, and nobody moves them any more."""

    def die(*_: object, **__: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(pair.mongo.conversations, "update_one", die)
    pair.clock.offset += KEEP_FOR
    with pytest.raises(InterruptedError):
        pair.moves.move(pair.id)
    monkeypatch.undo()
    deleted = pair.change(2, Deletion())
    pair.settling.settle_all([pair.id])
    assert [found["text"] for found in pair.mongo.messages.find({"conversationId": pair.id, "seq": 2})] == [""]
    assert pair.document.get("changed"), "the message is in the tail yet"
    assert message(pair, 2) == deleted
    pair.move()
    assert message(pair, 2) == deleted


def test_a_slow_mover_does_not_bring_an_older_state_back(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has read the tail, and another one moves, before two more changes and its own insert."""
    pair.change(2, Edit("first edit"))
    last: list[MessageResponse] = []

    def meanwhile() -> None:
        monkeypatch.undo()
        pair.move()
        pair.change(2, Edit("second edit"))
        last.append(pair.change(2, Reaction("👍"), by_bob=True))

    changed_in_a_move(pair, monkeypatch, "before", meanwhile)
    assert message(pair, 2) == last[0]
    pair.move()
    assert message(pair, 2) == last[0]
    moved = pair.mongo.messages.find_one({"conversationId": pair.id, "seq": 2})
    assert moved is not None
    assert (moved["text"], moved.get("change")) == ("second edit", 3)


def test_what_a_process_that_died_did_not_settle_is_settled_later(pair: Pair) -> None:
    pair.move()
    changed = pair.changes.change(pair.ada, pair.bob, 2, Deletion())
    assert message(pair, 2) == changed.message
    assert pair.changes.change(pair.ada, pair.bob, 2, Deletion()).message == changed.message
    pair.settling.settle_all([pair.id])
    eventually(lambda: not pair.document.get("changed"), what="nothing that waits")
    moved = pair.mongo.messages.find_one({"conversationId": pair.id, "seq": 2})
    assert moved is not None
    assert moved["text"] == ""
    assert message(pair, 2) == changed.message


def test_a_late_settling_does_not_bring_an_older_state_back(pair: Pair) -> None:
    pair.move()
    first = pair.changes.change(pair.ada, pair.bob, 2, Edit("first edit"))
    second = pair.change(2, Edit("second edit"))
    eventually(lambda: not pair.document.get("changed"), what="nothing that waits")
    pair.settling.settle(pair.id, first.unsettled, moved_seq=2)
    assert message(pair, 2) == second


def test_a_conversation_carries_a_limited_number_of_events(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_changes, "MAX_PENDING", 2)
    pair.change(1, Reaction("👍"))
    pair.change(2, Reaction("👍"))
    with pytest.raises(Unavailable):
        pair.change(3, Reaction("👍"))
    assert pair.document.get("lastChange") == 2
    assert pair.send("new") == (COUNT + 1, True), "messages are sent all the same"


def test_a_reply_names_the_message_that_it_answers(pair: Pair) -> None:
    [outcome] = pair.commit(Draft("an answer", "answer", reply_to=2), from_bob=True).outcomes.values()
    assert isinstance(outcome, Stored)
    assert outcome.message.replyTo == 2
    [repeat] = pair.commit(Draft("an answer", "answer", reply_to=2), from_bob=True).outcomes.values()
    assert repeat == Stored(outcome.message, is_new=False)
    [other] = pair.commit(Draft("an answer", "answer", reply_to=3), from_bob=True).outcomes.values()
    assert isinstance(other, Conflict)
    assert message(pair, COUNT + 1).replyTo == 2
    for number in range(KEEP):
        pair.send(f"z{number:02}", from_bob=True)
    pair.move()
    assert message(pair, COUNT + 1).replyTo == 2
