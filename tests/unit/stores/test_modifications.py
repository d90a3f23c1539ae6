"""What an edit, a deletion and a reaction make of a message, and when they are refused."""

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from chalicelib.errors import Conflict, Forbidden, TooLate
from chalicelib.models.documents import MessageDocument
from chalicelib.stores.message_state import present, state_of, was_sent_as
from chalicelib.stores.modifications import EDIT_FOR, Deletion, Edit, Modification, Reaction

ADA, BOB = "a" * 24, "b" * 24
SENT = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATEST = SENT + EDIT_FOR


def message() -> MessageDocument:
    return MessageDocument(
        _id=ObjectId("697df8c0e1b5a40007c4d2f1"),
        conversationId=f"{ADA}:{BOB}",
        seq=1,
        fromUserId=ADA,
        toUserId=BOB,
        ts=SENT,
        clientMessageId="1",
        text="first",
        pendingEvents=[],
    )


def applied(*modifications: Modification, by: str = ADA) -> MessageDocument:
    """The message after these, each of which changes something."""
    after = message()
    for number, modification in enumerate(modifications, 1):
        changed = modification.applied(after, by, LATEST)
        assert changed is not None
        after = changed
        after["change"] = number
    return after


@pytest.mark.parametrize("modification", [Edit("new"), Deletion(), Reaction("👍")])
def test_the_message_that_is_changed_stays_as_it_is(modification: Modification) -> None:
    before = message()
    assert modification.applied(before, ADA, LATEST) is not None
    assert before == message()


@pytest.mark.parametrize("modification", [Edit("new"), Deletion(), Reaction("👍")])
def test_a_repeat_changes_nothing(modification: Modification) -> None:
    after = applied(modification)
    assert modification.applied(after, ADA, LATEST + timedelta(days=1)) is None


@pytest.mark.parametrize("modification", [Edit("first"), Reaction(None)])
def test_what_a_message_is_already_changes_nothing(modification: Modification) -> None:
    assert modification.applied(message(), ADA, LATEST) is None


def test_an_edit_is_in_time_for_fifteen_minutes_and_no_longer() -> None:
    assert Edit("new").applied(message(), ADA, LATEST) is not None
    with pytest.raises(TooLate):
        Edit("new").applied(message(), ADA, LATEST + timedelta(milliseconds=1))


@pytest.mark.parametrize("modification", [Edit("new"), Deletion()])
def test_only_the_sender_edits_and_deletes(modification: Modification) -> None:
    with pytest.raises(Forbidden):
        modification.applied(message(), BOB, SENT)
    assert Reaction("👍").applied(message(), BOB, SENT) is not None


@pytest.mark.parametrize("modification", [Edit("new"), Edit(""), Reaction("👍")])
def test_a_deleted_message_is_neither_edited_nor_reacted_to(modification: Modification) -> None:
    with pytest.raises(Conflict):
        modification.applied(applied(Deletion()), ADA, SENT)


def test_a_deletion_leaves_neither_text_nor_reactions() -> None:
    deleted = applied(Edit("new"), Reaction("👍"), Deletion())
    assert (deleted["text"], deleted["reactions"]) == ("", {})


@pytest.mark.parametrize("modifications", [[Edit("new")], [Edit("new"), Edit("newer")], [Deletion()], [Reaction("👍")]])
def test_what_was_sent_is_known_whatever_has_become_of_it(modifications: list[Modification]) -> None:
    changed = applied(*modifications)
    assert was_sent_as(changed, "first", None)
    assert not was_sent_as(changed, "new", None)
    assert not was_sent_as(changed, "first", 7)


def test_a_state_is_laid_over_the_message_unless_a_later_one_is_there() -> None:
    first, second = applied(Edit("new")), applied(Edit("new"), Deletion())
    assert present(message(), state_of(second)) == second
    assert present(second, state_of(first)) == second
    assert present(message(), None) == message()


def test_the_state_of_a_reaction_repeats_no_text() -> None:
    assert state_of(applied(Reaction("👍"))) == {"change": 1, "reactions": {ADA: "👍"}}
    assert state_of(applied(Edit("new"), Reaction("👍")))["text"] == "new"
