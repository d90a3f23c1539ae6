"""The newest messages of a conversation in Redis: a set sorted by seq, filled under a lease as every cached copy is.

Where the set reaches back to the beginning of the conversation, it contains an empty member at seq 0. An empty
conversation can so be cached too, and a page that ends at the beginning needs no query to MongoDB.

At score -1 is the number of the change up to which the messages were complete when the copy was filled. As it is in the
same set, it comes and goes with them: a change deletes the copy, and an appended message leaves the number, which may
so be older than need be, and never newer than the messages. A copy that a former release wrote has none.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import msgspec

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import take_lease
from chalicelib.caching.recent import Recent
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.exchange import Argument, Reply
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.errors import RedisUnavailable
from chalicelib.models.responses import HistoryResponse, MessageResponse

SIZE = 50
WRITERS_OF = 10
"""In how many of the newest messages `lookup_writers` looks: two who talk have both written some of them."""

TTL = timedelta(hours=1)
EMPTY_TTL = timedelta(minutes=5)
"""The TTL of a conversation without messages, so that a client who keeps asking for new ones does not fill Redis."""

_TTL_MILLISECONDS = int(TTL.total_seconds() * 1000)
_EMPTY_TTL_MILLISECONDS = int(EMPTY_TTL.total_seconds() * 1000)
_BEGINNING = b""
_CHANGE_SCORE = -1
_CHANGE_PREFIX = b"lastChange:"

# ARGV: SIZE, TTL, and then the seq of each message and the message. Returns 1 where the last one is in the copy now or
# was before, 0 where there is no copy, and -1 where the copy had to be deleted.
_APPEND = """
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' then return 0 end
if kind ~= 'zset' then redis.call('DEL', KEYS[1]) return -1 end
local newest = tonumber(redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
local before = newest
for i = 3, #ARGV, 2 do
  local seq = tonumber(ARGV[i])
  if seq > newest + 1 then redis.call('DEL', KEYS[1]) return -1 end
  if seq > newest then redis.call('ZADD', KEYS[1], seq, ARGV[i + 1]) newest = seq end
end
if newest > before then
  redis.call('ZREMRANGEBYRANK', KEYS[1], redis.call('ZCOUNT', KEYS[1], -1, -1), -tonumber(ARGV[1]) - 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
"""

_FORGET = "return redis.call('DEL', KEYS[1])"

_FILL = """
if redis.call('TYPE', KEYS[1]).ok ~= 'string' or redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
for i = 3, #ARGV, 2 do redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""


class RecentMessages:
    """The cached copies of all conversations.

    `load` reads the newest SIZE messages of a conversation from MongoDB, and may raise Unavailable.
    """

    def __init__(self, redis: RedisClient, invalidator: Invalidator, load: Callable[[str], Recent]) -> None:
        self._redis = redis
        self._invalidator = invalidator
        self._load = load

    @staticmethod
    def key(conversation_id: str) -> str:
        return f"messages:{conversation_id}"

    def lookup(self, conversation_id: str) -> Lookup[Recent]:
        """Look up the recent messages. Resolving this fills the cache where they are not in it."""
        return Lookup(
            [("ZRANGE", self.key(conversation_id), 0, -1)],
            decode=lambda replies: self._decode(conversation_id, replies[0]),
            without_redis=lambda: self._load(conversation_id),
        )

    def lookup_page(
        self, conversation_id: str, *, before: int | None, after: int | None, limit: int
    ) -> Lookup[HistoryResponse | None]:
        """Look up a page as `Recent.page` returns it. The value is None where the copy does not contain all of it."""
        if after is not None:
            return self._lookup_page_after(conversation_id, after, limit)
        recent = self.lookup(conversation_id)
        return Lookup(
            recent.commands,
            decode=lambda replies: self._decode(conversation_id, replies[0]).page(
                before=before, after=None, limit=limit
            ),
            without_redis=lambda: None,
        )

    def lookup_writers(self, conversation_id: str) -> Lookup[frozenset[str]]:
        """Look up who is known to have written a message lately, in the cached copy alone: nothing is filled."""
        return Lookup(
            [("ZREVRANGE", self.key(conversation_id), 0, WRITERS_OF - 1)],
            decode=lambda replies: _writers(replies[0]),
            without_redis=frozenset,
        )

    def behind(self, newest: Mapping[str, int]) -> list[str]:
        """Return the conversations whose copy lacks the message with the given seq, or is being filled.

        This is one round trip. Raises RedisUnavailable.
        """
        replies = self._redis.send(
            *(("ZREVRANGE", self.key(conversation), 0, 0, "WITHSCORES") for conversation in newest)
        )
        return [
            conversation
            for (conversation, seq), reply in zip(newest.items(), replies, strict=True)
            if reply != [] and ((cached := _score(reply)) is None or cached < seq)
        ]

    def append(self, messages: Sequence[MessageResponse], *reads: Lookup[object]) -> None:
        """Add stored messages of one conversation, ascending by seq, to its copy, and fetch `reads` in the same trip.

        Raises Unavailable where the copy could neither be changed nor deleted.
        """
        key = self.key(messages[0].conversationId)
        arguments: list[Argument] = [SIZE, _TTL_MILLISECONDS]
        for message in messages:
            arguments += [message.seq, msgspec.json.encode(message)]
        try:
            self._redis.run(_APPEND, [key], arguments, *reads)
        except RedisUnavailable:
            self._invalidator.delete(key)

    def forget(self, conversation_id: str, *reads: Lookup[object]) -> None:
        """Delete the copy of a conversation in which a message was changed, and fetch `reads` in the same trip.

        Raises Unavailable where the copy could not be deleted, and its deletion not be kept.
        """
        key = self.key(conversation_id)
        try:
            self._redis.run(_FORGET, [key], [], *reads)
        except RedisUnavailable:
            self._invalidator.delete(key)

    def _decode(self, conversation_id: str, reply: Reply) -> Recent:
        if not isinstance(reply, list):  # WRONGTYPE: the lease of another reader
            return self._load(conversation_id)
        if not reply:
            return self._fill(conversation_id)
        messages = _messages(reply)
        if messages is None:
            return self._load(conversation_id)
        return Recent(messages, from_beginning=_BEGINNING in reply[:2], last_change=_last_change(reply[:1]))

    def _lookup_page_after(self, conversation_id: str, after: int, limit: int) -> Lookup[HistoryResponse | None]:
        """Look up a page without reading the whole copy, as every device asks for such a page when it reconnects.

        The newest seq is read after the messages. So where it is not above `after`, no message was missed. The number
        of the last change is read before them: where the copy is replaced in between, it is older than they are.
        """
        key = self.key(conversation_id)

        def decode(replies: Sequence[Reply]) -> HistoryResponse | None:
            change, later, newest = replies
            if newest == []:
                return self._fill(conversation_id).page(before=None, after=after, limit=limit)
            newest_seq = _score(newest)
            if newest_seq is None or not isinstance(later, list):  # WRONGTYPE: the lease of another reader
                return None
            if not later and newest_seq <= after:
                return HistoryResponse(messages=[], hasMore=False, lastChange=_last_change(change))
            recent = Recent(_messages(later) or [], from_beginning=False, last_change=_last_change(change))
            return recent.page(before=None, after=after, limit=limit)

        return Lookup(
            [
                ("ZRANGEBYSCORE", key, _CHANGE_SCORE, _CHANGE_SCORE),
                ("ZRANGEBYSCORE", key, f"({after}", "+inf", "LIMIT", 0, limit + 1),
                ("ZREVRANGE", key, 0, 0, "WITHSCORES"),
            ],
            decode=decode,
            without_redis=lambda: None,
        )

    def _fill(self, conversation_id: str) -> Recent:
        key = self.key(conversation_id)
        nonce = take_lease(self._redis, key)
        recent = self._load(conversation_id)
        if nonce is not None:
            ttl = _TTL_MILLISECONDS if recent.messages else _EMPTY_TTL_MILLISECONDS
            arguments: list[Argument] = [nonce, ttl, _CHANGE_SCORE, b"%b%d" % (_CHANGE_PREFIX, recent.last_change)]
            if recent.from_beginning:
                arguments += [0, _BEGINNING]
            for message in recent.messages:
                arguments += [message.seq, msgspec.json.encode(message)]
            try:
                self._redis.run(_FILL, [key], arguments)
            except RedisUnavailable:
                return recent
        return recent


def _messages(members: Sequence[object]) -> list[MessageResponse] | None:
    """Decode messages. Returns None for copies that another release wrote in another shape.

    These must not fail a request; their TTL ends them.
    """
    try:
        return [
            msgspec.json.decode(member, type=MessageResponse)
            for member in members
            if isinstance(member, bytes) and member != _BEGINNING and not member.startswith(_CHANGE_PREFIX)
        ]
    except msgspec.MsgspecError:
        return None


def _last_change(reply: Reply) -> int:
    """Return the number in a reply that begins with it, or 0 where it has none, as of the copy of a former release."""
    first = reply[0] if isinstance(reply, Sequence) and reply else None
    if isinstance(first, bytes) and first.startswith(_CHANGE_PREFIX):
        return int(first.removeprefix(_CHANGE_PREFIX))
    return 0


def _writers(reply: Reply) -> frozenset[str]:
    messages = _messages(reply) if isinstance(reply, list) else None
    return frozenset(message.fromUserId for message in messages or ())


def _score(reply: Reply) -> int | None:
    """Return the score in `[member, score]`, or None for an empty set or the lease of another reader."""
    if isinstance(reply, Sequence) and len(reply) == 2:
        return int(float(reply[1]))
    return None
