"""Messages get consecutive seqs, and each is stored once, however many are sent concurrently or sent again."""

import random
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from chalicelib.errors import Conflict
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.stores.message_moves import KEEP, KEEP_FOR, MAX_TAIL, MessageMoves, is_move_due
from chalicelib.wiring import Wiring
from tests.support.pairs import Pair
from tests.support.proxies.severed import Lost, Severed
from tests.support.wirings import MakeWiring


@pytest.fixture
def pair(wiring: Wiring) -> Pair:
    return Pair(wiring)


def test_concurrent_senders_leave_no_gap_and_no_duplicate_seq(pair: Pair) -> None:
    def send(number: int) -> int:
        seq, is_new = pair.send(f"m{number:03}", from_bob=bool(number % 2))
        assert is_new
        return seq

    with ThreadPoolExecutor(16) as threads:
        assigned = list(threads.map(send, range(200)))
    assert sorted(assigned) == list(range(1, 201))
    assert len(pair.history()) == 200


def test_a_message_that_is_sent_many_times_concurrently_is_stored_once(pair: Pair) -> None:
    with ThreadPoolExecutor(8) as threads:
        committed = list(threads.map(lambda _: pair.commit(Draft("hi", "same")), range(16)))
    assert sum(len(each.events) for each in committed) == 1
    assert (
        len(
            {outcome.message for each in committed for outcome in each.outcomes.values() if isinstance(outcome, Stored)}
        )
        == 1
    )
    assert len(pair.history()) == 1


def test_one_client_message_id_from_two_senders_is_two_messages(pair: Pair) -> None:
    assert pair.send("1") == (1, True)
    assert pair.send("1", from_bob=True) == (2, True)
    assert pair.send("1", from_bob=True) == (2, False)


GROWING: Callable[[int], str] = "{:06}".format
SHRINKING: Callable[[int], str] = lambda number: f"{999_999 - number:06}"  # noqa: E731 - as the one above
AT_RANDOM: Callable[[int], str] = lambda number: str(uuid.UUID(int=random.Random(number).getrandbits(128)))  # noqa: E731


@pytest.mark.parametrize("new_id", [GROWING, SHRINKING, AT_RANDOM], ids=["growing", "shrinking", "at random"])
def test_a_repeat_is_recognised_for_ever_whatever_the_ids(pair: Pair, new_id: Callable[[int], str]) -> None:
    count = 3 * KEEP
    for number in range(count):
        assert pair.send(new_id(number), from_bob=bool(number % 3)) == (number + 1, True)
        if number % KEEP == KEEP - 1:
            pair.move()
    pair.move()
    assert pair.moved() == count - KEEP
    for number in range(count):
        assert pair.send(new_id(number), from_bob=bool(number % 3)) == (number + 1, False)
    assert pair.send(new_id(count)) == (count + 1, True)
    assert len(pair.history()) == count + 1


@pytest.mark.parametrize("new_id", [GROWING, AT_RANDOM], ids=["growing", "at random"])
def test_repeats_that_race_moves_are_recognised(pair: Pair, new_id: Callable[[int], str]) -> None:
    """Each message is sent twice at about the same time, while others move messages however young they are."""
    eager = MessageMoves(pair.mongo, lambda: pair.clock() + KEEP_FOR)

    def send(index: int) -> tuple[int, bool]:
        if index % 10 == 0:
            eager.move(pair.id)
        return pair.send(new_id(index // 2))

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(send, range(400)))
    assert sorted(seq for seq, is_new in outcomes if is_new) == list(range(1, 201))
    assert all(outcomes[index][0] == outcomes[index + 1][0] for index in range(0, 400, 2))


def test_a_batch_is_stored_in_its_order_by_one_write(pair: Pair) -> None:
    pair.send("0")
    committed = pair.commit(*(Draft(f"text {number}", f"{number:02}") for number in range(1, 51)))
    assert [outcome.message.seq for outcome in committed.outcomes.values() if isinstance(outcome, Stored)] == list(
        range(2, 52)
    )
    assert [event.data["seq"] for event in committed.events] == list(range(2, 52))
    assert [message.message for message in pair.history()][1:] == [f"text {number}" for number in range(1, 51)]


def test_a_batch_of_which_a_part_is_stored_stores_the_rest(pair: Pair) -> None:
    pair.commit(Draft("one", "1"), Draft("two", "2"))
    committed = pair.commit(Draft("one", "1"), Draft("three", "3"), Draft("another text", "2"), Draft("four", "4"))
    first, third, conflict, fourth = committed.outcomes.values()
    assert isinstance(conflict, Conflict)
    assert "seq 2" in str(conflict)
    stored = [outcome for outcome in (first, third, fourth) if isinstance(outcome, Stored)]
    assert [(outcome.message.seq, outcome.is_new) for outcome in stored] == [(1, False), (3, True), (4, True)]
    assert [message.message for message in pair.history()] == ["one", "two", "three", "four"]


def test_drafts_that_were_stored_before_are_found_in_the_tail_and_after_they_were_moved(pair: Pair) -> None:
    for number in range(KEEP + 1):
        pair.send(f"{number:02}")
    pair.move()
    assert pair.moved() == 1
    drafts = [Draft("hi", "00"), Draft("hi", "new"), Draft("hi", f"{KEEP:02}"), Draft("another text", "00")]
    before = pair.commits.committed_before(pair.ada, pair.bob, drafts)
    moved, in_tail = before[drafts[0]], before[drafts[2]]
    assert isinstance(moved, Stored)
    assert isinstance(in_tail, Stored)
    assert (moved.message.seq, in_tail.message.seq) == (1, KEEP + 1)
    assert isinstance(before[drafts[3]], Conflict)
    assert drafts[1] not in before


def test_a_full_tail_is_moved_by_whoever_writes_next(pair: Pair) -> None:
    """As where those who were to move have died."""
    for first in range(0, MAX_TAIL, 64):
        pair.commit(*(Draft("hi", f"{number:04}") for number in range(first, first + 64)))
    assert len(pair.document["tail"]) == MAX_TAIL
    assert pair.send("last") == (MAX_TAIL + 1, True)
    assert pair.moved() > 0
    assert len(pair.history()) == MAX_TAIL + 1


def test_a_move_is_due_once_in_so_many_messages() -> None:
    assert [seq for seq in range(1, 200) if is_move_due(seq - 1, seq, moved=0)] == [64, 128, 192]
    assert is_move_due(40, 70, moved=0)
    assert not is_move_due(33, 63, moved=0)
    assert not is_move_due(127, 128, moved=128 - KEEP), "the tail is short"


@pytest.mark.parametrize("lost", ["the command", "its answer"])
def test_a_commit_whose_connection_is_lost_is_carried_out_once(
    pair: Pair, make_wiring: MakeWiring, environment: dict[str, str], lost: Lost
) -> None:
    """The driver's connection ends before the command arrives, or before its answer does; the server is still there."""
    uri = urlsplit(environment["MONGODB_URI"])
    with Severed(uri.hostname or "", uri.port or 27017) as proxy:
        address = f"{uri.scheme}://127.0.0.1:{proxy.port}{uri.path}?directConnection=true"
        through = Pair(make_wiring(MONGODB_URI=address))
        through.ada, through.bob, through.id = pair.ada, pair.bob, pair.id
        through.send("1")
        proxy.arm_once(1, lost)
        [outcome] = through.commit(Draft("hi", "2")).outcomes.values()
        assert isinstance(outcome, Stored)
        assert (outcome.message.seq, outcome.is_new) == (2, True)
    assert [message.seq for message in pair.history()] == [1, 2]
