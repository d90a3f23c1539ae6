"""Messages get consecutive sequence numbers in their conversation, however many are sent concurrently."""

from concurrent.futures import ThreadPoolExecutor

from bson import ObjectId

from chalicelib.stores.messages import Draft, MessageStore
from chalicelib.wiring import Wiring


def draft(sender: str, receiver: str, client_message_id: str) -> Draft:
    return Draft(sender, receiver, "hi", client_message_id)


def seqs(store: MessageStore, conversation: str) -> list[int]:
    return [message.seq for message in store.page(conversation, before=None, after=None, limit=100).messages]


def test_concurrent_senders_leave_no_gap_and_no_duplicate_seq(wiring: Wiring) -> None:
    store = MessageStore(wiring.mongo, wiring.clock)
    ada, bob = str(ObjectId()), str(ObjectId())

    def send(number: int) -> int:
        sender, receiver = (ada, bob) if number % 2 else (bob, ada)
        # The hint is stale, as from a cached copy that lags behind.
        return store.insert(draft(sender, receiver, f"m{number}"), newest_seq=number % 3).message.seq

    with ThreadPoolExecutor(8) as threads:
        assigned = list(threads.map(send, range(40)))
    assert sorted(assigned) == list(range(1, 41))
    assert seqs(store, draft(ada, bob, "x").conversation_id) == list(range(1, 41))


def test_a_message_that_is_sent_many_times_concurrently_is_stored_once(wiring: Wiring) -> None:
    store = MessageStore(wiring.mongo, wiring.clock)
    repeated = draft(str(ObjectId()), str(ObjectId()), "same")
    with ThreadPoolExecutor(8) as threads:
        stored = list(threads.map(lambda hint: store.insert(repeated, newest_seq=hint), [0, None, 1, 2] * 4))
    assert len({each.message.messageId for each in stored}) == 1
    assert sum(each.written is not None for each in stored) == 1
    assert len(seqs(store, repeated.conversation_id)) == 1


def test_one_client_message_id_from_two_senders_is_two_messages(wiring: Wiring) -> None:
    store = MessageStore(wiring.mongo, wiring.clock)
    ada, bob = str(ObjectId()), str(ObjectId())
    first = store.insert(draft(ada, bob, "1"), None)
    second = store.insert(draft(bob, ada, "1"), None)
    assert (first.message.seq, second.message.seq) == (1, 2)


def test_a_conversation_keeps_its_newest_message_whatever_the_order_of_writes(wiring: Wiring) -> None:
    store = MessageStore(wiring.mongo, wiring.clock)
    ada, bob = str(ObjectId()), str(ObjectId())
    stored = [store.insert(draft(ada, bob, str(number)), None) for number in range(3)]
    for index in (1, 2, 0):
        wiring.conversation_store.note_last(stored[index].document)
    conversation = wiring.mongo.conversations.find_one({"_id": stored[0].message.conversationId})
    assert conversation is not None
    assert conversation["lastSeq"] == conversation["lastMessage"]["seq"] == 3
    assert conversation["userIds"] == sorted((ada, bob))
