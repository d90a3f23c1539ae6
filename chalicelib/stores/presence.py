"""Presence: who is online, and on which sockets.

Redis holds a sorted set for each user, of connectionIds scored by the time when they expire: a device that comes or
goes is one ZADD or ZREM. MongoDB holds the same times in `sockets.presenceUntil`, which is read while Redis is down or
refuses writes. A socket whose user is invisible has its time with a minus sign: whoever counts what is online does not
see it, and whoever pushes to it does. So what is lost of a set can show nobody.

The sets have no TTL, so that a Redis which is full evicts copies (volatile-lru) and never these: the last member that
is removed takes its set along, and `PresenceMaintenance.sweep` misses no socket.

MongoDB is written first, and a socket may be closed before the write to Redis that follows a heartbeat. So whoever
removes a socket leaves a mark, and the script that adds sockets adds none that is marked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING

from chalicelib.caching.invalidation import Invalidator
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.exchange import Command, Reply
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock, milliseconds
from chalicelib.errors import RedisUnavailable
from chalicelib.models.responses import PresenceState
from chalicelib.stores.visibility import Visibility

REMOVED_FOR = timedelta(minutes=2)
"""How long a removed socket is marked: longer than a request, or a batch of the consumer, may take."""

# KEYS: the set, and the mark of the socket. ARGV: now, until when the socket is online (negative where its user is
# invisible), and the socket.
_ADD = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-' .. ARGV[1], ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
redis.call('PERSIST', KEYS[1])  -- an earlier release gave it a TTL
return 1
"""


# KEYS: the set. ARGV: 1 where its user is invisible, or 0.
_SHOW = """
local members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for place = 1, #members, 2 do
  local time = string.gsub(members[place + 1], '^%-', '')
  redis.call('ZADD', KEYS[1], ARGV[1] == '1' and '-' .. time or time, members[place])
end
return 1
"""


@dataclass(frozen=True)
class OnlineSocket:
    """A socket that MongoDB says is online, until when, and whether its user is invisible."""

    user_id: str
    connection_id: str
    until: datetime
    hidden: bool = False

    @property
    def score(self) -> int:
        time = milliseconds(self.until)
        return -time if self.hidden else time


def last_seen_key(user_id: str) -> str:
    return f"user:{user_id}:last_seen"


def hidden_state(user_id: str) -> PresenceState:
    """The state of a user as users whom they have blocked see it, and everybody where they are invisible."""
    return _state(user_id, online=False, last_seen=None)


@dataclass(frozen=True, kw_only=True)
class PresenceStore:
    mongo: MongoDatabase
    redis: RedisClient
    invalidator: Invalidator
    visibility: Visibility
    clock: Clock
    ttl: timedelta

    def online_until(self, session_expires_at: datetime) -> datetime:
        """The time until which a heartbeat now keeps a socket online: never past the expiry of its session."""
        return min(self.clock() + self.ttl, session_expires_at)

    def renew(self, *sockets: OnlineSocket) -> None:
        """Add sockets to the sets of their users, or extend their times there, but for those that were removed.

        This is one round trip. Raises Unavailable where a set could not be changed, nor its deletion be kept for later.
        """
        try:
            self.redis.write(*self.renewals(sockets))
        except RedisUnavailable:
            self.invalidator.remember(*sorted({_key(socket.user_id) for socket in sockets}))

    def renewals(self, sockets: Iterable[OnlineSocket]) -> list[Command]:
        """The commands that add sockets to their sets, and remove expired ones from these.

        The script itself is sent, as in a batch there is no second attempt for a server that does not know it.
        """
        now = milliseconds(self.clock())
        return [
            (
                *("EVAL", _ADD, 2, _key(socket.user_id), _removed_key(socket.user_id, socket.connection_id)),
                *(now, socket.score, socket.connection_id),
            )
            for socket in sockets
        ]

    def remove(self, user_id: str, *connection_ids: str) -> None:
        """Remove sockets from their user's set, for good. Raises Unavailable as `renew` does."""
        marked = int(REMOVED_FOR / timedelta(milliseconds=1))
        marks: list[Command] = [("SET", _removed_key(user_id, each), "", "PX", marked) for each in connection_ids]
        try:
            self.redis.write(*marks, ("ZREM", _key(user_id), *connection_ids))
        except RedisUnavailable:
            self.invalidator.remember(_key(user_id))

    def expire(self, user_id: str) -> None:
        """Remove expired sockets, but none that was renewed meanwhile. Raises Unavailable as `renew` does."""
        try:
            now = milliseconds(self.clock())
            self.redis.write(("ZREMRANGEBYSCORE", _key(user_id), -now, now))
        except RedisUnavailable:
            self.invalidator.remember(_key(user_id))

    def show(self, user_id: str, *, hidden: bool) -> None:
        """Have a user's sockets count as online to others, or not. Raises Unavailable as `renew` does."""
        try:
            self.redis.write(("EVAL", _SHOW, 1, _key(user_id), int(hidden)))
        except RedisUnavailable:
            self.invalidator.remember(_key(user_id))

    def forget_last_seen(self, *user_ids: str) -> None:
        """Show no more when users were last seen. Raises Unavailable as Invalidator does."""
        self.invalidator.delete(*map(last_seen_key, user_ids))

    def lookup_sockets(self, user_id: str) -> Lookup[list[str]]:
        """The connectionIds of a user's online sockets, those that have been silent for longest first."""
        now = milliseconds(self.clock())
        return Lookup(
            [("ZRANGE", _key(user_id), 0, -1, "WITHSCORES")],
            decode=lambda replies: _decoded(replies[0], now),
            without_redis=lambda: self._sockets_in_mongo([user_id]).get(user_id, []),
            no_copies=[_key(user_id)],
        )

    def lookup_online(self, user_ids: Sequence[str]) -> Lookup[set[str]]:
        """Those of these users who are online, whether or not others see it."""
        now = milliseconds(self.clock())
        commands: list[Command] = []
        for user_id in user_ids:
            commands.append(("ZCOUNT", _key(user_id), f"({now}", "+inf"))
            commands.append(("ZCOUNT", _key(user_id), "-inf", f"({-now}"))
        return Lookup(
            commands,
            decode=lambda replies: {
                user_id
                for user_id, *counts in zip(user_ids, replies[::2], replies[1::2], strict=True)
                if any(isinstance(count, int) and count > 0 for count in counts)
            },
            without_redis=lambda: {*self._sockets_in_mongo(user_ids)},
            no_copies=[_key(user_id) for user_id in user_ids],
        )

    def lookup_states(self, user_ids: Sequence[str]) -> Lookup[list[PresenceState]]:
        """The states of many users as others see them, in the order of `user_ids`. Unknown users are offline."""
        now = milliseconds(self.clock())
        commands: list[Command] = []
        for user_id in user_ids:
            commands.append(("ZCOUNT", _key(user_id), f"({now}", "+inf"))
            commands.append(("GET", last_seen_key(user_id)))
        return Lookup(
            commands,
            decode=lambda replies: [
                _state(user_id, bool(online) and isinstance(online, int), last_seen)
                for user_id, online, last_seen in zip(user_ids, replies[::2], replies[1::2], strict=True)
            ],
            without_redis=lambda: self._states_in_mongo(user_ids),
            no_copies=[_key(user_id) for user_id in user_ids],
        )

    def _states_in_mongo(self, user_ids: Sequence[str]) -> list[PresenceState]:
        sockets = self._sockets_in_mongo(user_ids)
        online = sockets.keys() - (self.visibility.hiding(sockets).presence if sockets else ())
        return [_state(user_id, user_id in online, None) for user_id in user_ids]

    def _sockets_in_mongo(self, user_ids: Sequence[str]) -> dict[str, list[str]]:
        connection_ids: dict[str, list[str]] = {}
        with self.mongo.guard():
            for socket in self.mongo.sockets.find(
                {"userId": {"$in": list(user_ids)}, "presenceUntil": {"$gt": self.clock()}},
                projection={"userId": 1},
            ).sort("presenceUntil", ASCENDING):
                connection_ids.setdefault(socket["userId"], []).append(socket["_id"])
        return connection_ids


def _key(user_id: str) -> str:
    return f"presence:{user_id}"


def _removed_key(user_id: str, connection_id: str) -> str:
    """The key of a socket's mark. The braces put it into the slot of the set, so that one script may use both."""
    return f"{{{_key(user_id)}}}:removed:{connection_id}"


def _decoded(reply: Reply, now: int) -> list[str]:
    """The members whose times have not passed, of a reply with scores."""
    pairs = zip(reply[::2], reply[1::2], strict=True) if isinstance(reply, list) else ()
    times = {member.decode(): abs(float(score)) for member, score in pairs if isinstance(member, bytes)}
    return sorted((member for member, time in times.items() if time > now), key=times.__getitem__)


def _state(user_id: str, online: bool, last_seen: Reply) -> PresenceState:
    return PresenceState(
        userId=user_id, online=online, lastSeenAt=last_seen.decode() if isinstance(last_seen, bytes) else None
    )
