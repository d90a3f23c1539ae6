"""Warming: copies in Redis before they are asked for, as after a flush or for a day's first users."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Protocol

from pymongo import DESCENDING

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import Read, RedisClient
from chalicelib.clock import Clock
from chalicelib.models.documents import SessionDocument
from chalicelib.services.paging import older_than
from chalicelib.services.sessions import Sessions
from chalicelib.services.users import Users

RECENTLY = timedelta(days=1)
MAX_SESSIONS = 10_000
"""With their users, what an invocation of a minute can fill where all is missing: 20,000 copies of 2 ms."""

_PAGE = 1_000
_BATCH = 100
_NEWEST_FIRST = [("lastUsedAt", DESCENDING), ("_id", DESCENDING)]


@dataclass
class Warmth:
    """Of the copies that were looked at, so many had to be filled."""

    looked_at: int = 0
    filled: int = 0


@dataclass
class Warmed:
    sessions: Warmth = field(default_factory=Warmth)
    users: Warmth = field(default_factory=Warmth)
    complete: bool = True
    """False where the time was up before the end."""


class _Copies(Protocol):
    def warming(self, record_id: str, /) -> Read[bool]: ...


class Warmer:
    def __init__(self, store: MongoStore, redis: RedisClient, sessions: Sessions, users: Users, clock: Clock) -> None:
        self._store = store
        self._redis = redis
        self._sessions = sessions
        self._users = users
        self._clock = clock

    def recent(self, limit: int | None = None) -> dict[str, str]:
        """{sessionId: userId} of the sessions that were used in the last day and are not over, the newest use first.

        With a limit, the newest. Raises Unavailable.
        """
        return dict(islice(self._recent(), limit))

    def warm(
        self,
        sessions: Mapping[str, str],
        *,
        is_time_up: Callable[[], bool] = lambda: False,
        advance: Callable[[int], None] = lambda _number: None,
    ) -> Warmed:
        """Fill the missing copies of sessions ({sessionId: userId}) and of their users, in this order.

        They are filled as requests fill them, so a copy is never older than what a writer has done meanwhile; what is
        there stays as it is. `is_time_up` is asked before each batch, `advance` is told how many copies it had. A miss
        takes about 2 ms, what is there 30 us. Raises RedisUnavailable, Unavailable.
        """
        warmed, known = Warmed(), set[str]()
        remaining = iter(sessions.items())
        while batch := dict(islice(remaining, _BATCH)):
            if is_time_up():
                warmed.complete = False
                break
            user_ids = [user_id for user_id in dict.fromkeys(batch.values()) if user_id not in known]
            known.update(user_ids)
            self._fill(self._sessions, list(batch), warmed.sessions)
            self._fill(self._users, user_ids, warmed.users)
            advance(len(batch) + len(user_ids))
        return warmed

    def _fill(self, copies: _Copies, ids: Sequence[str], warmth: Warmth) -> None:
        reads = [copies.warming(record_id) for record_id in ids]
        # Not `fetch`, which goes on without Redis: that would warm nothing.
        replies = self._redis.send(*(command for read in reads for command in read.commands))
        for read, reply in zip(reads, replies, strict=True):
            read.settle([reply])
            warmth.filled += read.value
        warmth.looked_at += len(reads)

    def _recent(self) -> Iterator[tuple[str, str]]:
        now = self._clock()
        open_sessions: dict[str, object] = {"expiresAt": {"$gt": now}, "endedAt": {"$exists": False}}
        further: dict[str, object] = {}
        # In pages, as the client gives each operation the time of a request.
        while True:
            with self._store.guard():
                page: list[SessionDocument] = list(
                    self._store.sessions.find(
                        {"lastUsedAt": {"$gte": now - RECENTLY}, **open_sessions, **further},
                        projection={"userId": 1, "lastUsedAt": 1},
                    )
                    .sort(_NEWEST_FIRST)
                    .limit(_PAGE)
                )
            for session in page:
                yield session["_id"], session["userId"]
            if len(page) < _PAGE:
                return
            further = older_than("lastUsedAt", page[-1]["lastUsedAt"], page[-1]["_id"])
