"""The newest messages of a conversation in the cache: filling, appending, and giving a copy up."""

from datetime import timedelta

from chalicelib.caching.leases import take_lease
from chalicelib.caching.recent import Recent
from chalicelib.caching.recent_messages import EMPTY_TTL, SIZE, TTL, RecentMessages
from chalicelib.models.responses import MessageResponse
from chalicelib.wiring import Wiring
from tests.support.addresses import email


def message(conversation: str, seq: int) -> MessageResponse:
    return MessageResponse(
        messageId=str(seq), conversationId=conversation, seq=seq, fromUserId="a", toUserId="b", message="é", ts="now"
    )


class Conversation:
    """A conversation whose stored messages have the sequence numbers from 1 to `total`, and its cache."""

    def __init__(self, wiring: Wiring, total: int) -> None:
        self.id = email()
        self.total = total
        self.last_change = 0
        self.reads = 0
        self.wiring = wiring
        self.cache = RecentMessages(wiring.redis, wiring.invalidator, self.load)

    def load(self, _conversation: str) -> Recent:
        self.reads += 1
        first = max(1, self.total - SIZE + 1)
        messages = [message(self.id, seq) for seq in range(first, self.total + 1)]
        return Recent(messages, self.total <= SIZE, self.last_change)

    def seqs(self) -> list[int]:
        lookup = self.cache.lookup(self.id)
        self.wiring.redis.fetch(lookup)
        return [message.seq for message in lookup.resolve().messages]

    def last_changes(self) -> set[int]:
        """Return the number of the last change that pages in either direction tell."""
        pages = [
            self.cache.lookup_page(self.id, before=None, after=None, limit=2),
            self.cache.lookup_page(self.id, before=None, after=self.total - 1, limit=2),
            self.cache.lookup_page(self.id, before=None, after=self.total, limit=2),
        ]
        self.wiring.redis.fetch(*pages)
        return {-1 if (page := lookup.resolve()) is None else page.lastChange for lookup in pages}

    def append(self) -> None:
        self.total += 1
        self.cache.append([message(self.id, self.total)])

    def ttl(self) -> timedelta:
        [milliseconds] = self.wiring.redis.send(("PTTL", self.cache.key(self.id)))
        assert isinstance(milliseconds, int)
        return timedelta(milliseconds=milliseconds)

    def newest(self) -> int | None:
        [newest] = self.wiring.redis.send(("ZREVRANGE", self.cache.key(self.id), 0, 0, "WITHSCORES"))
        return int(newest[1]) if isinstance(newest, list) and newest else None


def test_an_empty_conversation_is_cached_for_a_shorter_time(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=0)
    assert conversation.newest() is None
    assert conversation.seqs() == []
    assert conversation.newest() == 0
    assert conversation.ttl() <= EMPTY_TTL
    conversation.append()
    assert conversation.seqs() == [1]
    assert conversation.reads == 1
    assert EMPTY_TTL < conversation.ttl() <= TTL


def test_appended_messages_are_read_from_the_cache(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=SIZE + 10)
    conversation.seqs()
    for _ in range(SIZE + 5):
        conversation.append()
    assert conversation.seqs() == list(range(conversation.total - SIZE + 1, conversation.total + 1))
    assert conversation.newest() == conversation.total
    assert conversation.reads == 1


def test_a_repeated_append_changes_nothing(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=3)
    conversation.seqs()
    conversation.cache.append([message(conversation.id, 2)])
    conversation.cache.append([message(conversation.id, 3)])
    assert conversation.seqs() == [1, 2, 3]
    assert conversation.reads == 1


def test_an_append_with_a_gap_deletes_the_copy(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=3)
    conversation.seqs()
    conversation.total = 5
    conversation.cache.append([message(conversation.id, 5)])
    assert conversation.newest() is None
    assert conversation.seqs() == [1, 2, 3, 4, 5]


def test_an_append_revokes_the_lease_of_a_fill(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=3)
    assert take_lease(wiring.redis, conversation.cache.key(conversation.id))
    assert conversation.newest() is None
    assert conversation.seqs() == [1, 2, 3]  # another reader has the lease: the messages are loaded and not cached
    conversation.append()
    assert wiring.redis.send(("EXISTS", conversation.cache.key(conversation.id))) == [0]


def test_without_redis_messages_are_loaded_and_the_deletion_is_kept(without_redis: Wiring) -> None:
    conversation = Conversation(without_redis, total=3)
    assert conversation.seqs() == [1, 2, 3]
    conversation.append()
    assert conversation.seqs() == [1, 2, 3, 4]
    kept = {"key": conversation.cache.key(conversation.id)}
    assert without_redis.mongo.invalidations.find_one(kept) is not None


def test_pages_tell_the_change_that_the_copy_was_filled_with(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=3)
    conversation.last_change = 7
    conversation.seqs()
    assert conversation.last_changes() == {7}
    conversation.last_change = 8  # a change whose deletion of the copy is yet to come
    assert conversation.last_changes() == {7}
    conversation.cache.forget(conversation.id)
    conversation.seqs()
    assert conversation.last_changes() == {8}
    assert conversation.reads == 2


def test_appended_messages_leave_the_number_of_the_change(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=SIZE - 1)
    conversation.last_change = 7
    conversation.seqs()
    conversation.last_change = 9
    for _ in range(3):
        conversation.append()
        assert conversation.last_changes() == {7}
    assert conversation.seqs() == list(range(3, conversation.total + 1))
    assert conversation.reads == 1


def test_the_number_of_a_fill_that_a_change_overtakes_is_not_cached(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=3)

    def load_while_it_changes(conversation_id: str) -> Recent:
        read = conversation.load(conversation_id)
        conversation.last_change = 1
        conversation.cache.forget(conversation_id)
        return read

    overtaken = RecentMessages(wiring.redis, wiring.invalidator, load_while_it_changes).lookup(conversation.id)
    wiring.redis.fetch(overtaken)
    assert overtaken.resolve().last_change == 0
    assert conversation.newest() is None
    conversation.seqs()
    assert conversation.last_changes() == {1}


def test_a_copy_of_a_former_release_tells_no_change_and_is_read_all_the_same(wiring: Wiring) -> None:
    conversation = Conversation(wiring, total=3)
    conversation.last_change = 7
    conversation.seqs()
    wiring.redis.send(("ZREMRANGEBYSCORE", conversation.cache.key(conversation.id), -1, -1))
    assert conversation.last_changes() == {0}
    assert conversation.seqs() == [1, 2, 3]
    conversation.append()
    assert conversation.last_changes() == {0}
    assert conversation.reads == 1
