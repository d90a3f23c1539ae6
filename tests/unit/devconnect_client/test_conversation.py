"""Messages of a conversation are delivered in order and once, in whatever order they arrive."""

from hypothesis import given
from hypothesis import strategies as st

from devconnect_client.conversation import Conversation
from devconnect_client.events import Message


def message(seq: int) -> Message:
    return Message(f"id {seq}", seq, "ada", "bob", f"text {seq}", "2026-01-31T12:00:00.000Z")


@given(upto=st.integers(0, 5), batches=st.lists(st.lists(st.integers(1, 12), max_size=5), max_size=20))
def test_messages_are_delivered_seqs_in_order_and_once(upto: int, batches: list[list[int]]) -> None:
    conversation = Conversation(upto)
    delivered_seqs: list[int] = []
    arrived: set[int] = set()
    for batch in batches:
        delivered_seqs += [delivered.seq for delivered in conversation.take(*map(message, batch))]
        arrived.update(batch)
        assert delivered_seqs == list(range(upto + 1, upto + 1 + len(delivered_seqs)))
        assert conversation.upto == upto + len(delivered_seqs)
        assert conversation.upto + 1 not in arrived, "the next message has arrived, and was kept back"
        assert conversation.has_gap == (max(arrived, default=0) > conversation.upto)


def test_a_message_that_is_known_only_by_its_seq_is_a_gap() -> None:
    conversation = Conversation(2)
    gaps = []
    for seq in (1, 2, 3):
        conversation.exists(seq)
        gaps.append(conversation.has_gap)
    assert gaps == [False, False, True]
    assert conversation.take(message(3)) == [message(3)]
    assert not conversation.has_gap
