"""Sessions: MongoDB holds the truth, and Redis the copies that nearly every request reads."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
from pymongo import DESCENDING, ReturnDocument

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import CachedRecord
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import SessionDocument
from chalicelib.security.tokens import SESSION_LIFETIME, Credentials
from chalicelib.stores.paging import older_than

TTL = timedelta(hours=24)
RECENTLY = timedelta(days=1)

_PAGE = 1_000
_NEWEST_FIRST = [("lastUsedAt", DESCENDING), ("_id", DESCENDING)]


class Session(msgspec.Struct, frozen=True):
    """The part of a session that requests check. An ended session is cached too, as it never opens again."""

    userId: str
    epoch: int
    expiresAt: datetime
    ended: bool


class SessionStore:
    def __init__(self, *, mongo: MongoDatabase, redis: RedisClient, invalidator: Invalidator, clock: Clock) -> None:
        self._mongo = mongo
        self._invalidator = invalidator
        self._clock = clock
        self._cache = CachedRecord(redis=redis, prefix="session:", ttl=TTL, record_type=Session, load=self._load)

    def lookup(self, session_id: str) -> Lookup[Session | None]:
        return self._cache.lookup(session_id)

    def ensure_cached(self, session_id: str) -> Lookup[bool]:
        return self._cache.ensure_cached(session_id)

    def start(
        self, user_id: str, epoch: int, *lookups: Lookup[object], ip: str, user_agent: str, login: bool
    ) -> tuple[Credentials, Written | None]:
        """Store a session, with a USER_LOGIN if `login` is true; `lookups` share its one round trip to Redis.

        Raises Unavailable.
        """
        now = self._clock()
        event = new_event("USER_LOGIN", user_id, self._clock) if login else None
        session = SessionDocument(
            _id=uuid4().hex,
            userId=user_id,
            epoch=epoch,
            createdAt=now,
            expiresAt=now + SESSION_LIFETIME,
            lastUsedAt=now,
            ip=ip,
            userAgent=user_agent[:300],
            pendingEvents=[pending(event, self._clock())] if event else [],
        )
        # Cached before the insert: once the session is stored, another session of the user may see it and end it, and a
        # copy set after that would open it again. If the insert fails, nobody has the token of the cached session.
        self._cache.put(session["_id"], _session(session), *lookups)
        with self._mongo.guard():
            self._mongo.sessions.insert_one(session)
        written = Written(event, self._mongo.sessions, session["_id"]) if event else None
        return Credentials(user_id, session["_id"], session["expiresAt"]), written

    def end(self, session_id: str, user_id: str, reason: str) -> Written | None:
        """End a session of a user for good; None where there is no such open session. Raises Unavailable."""
        event: Envelope = new_event("USER_LOGOUT", user_id, self._clock, sessionId=session_id, reason=reason)
        with self._mongo.guard():
            ended = self._mongo.sessions.find_one_and_update(
                {"_id": session_id, "userId": user_id, "endedAt": {"$exists": False}},
                {"$set": {"endedAt": self._clock()}, "$push": {"pendingEvents": pending(event, self._clock())}},
                projection={"_id": 1},
                return_document=ReturnDocument.AFTER,
            )
        self._invalidator.delete(self._cache.key(session_id))
        return Written(event, self._mongo.sessions, session_id) if ended else None

    def forget(self, *session_ids: str) -> None:
        """Delete the cached copies of sessions. Raises Unavailable."""
        self._invalidator.delete(*(self._cache.key(session_id) for session_id in session_ids))

    def find(self, user_id: str, session_id: str) -> SessionDocument | None:
        """Find a session of a user, open or not. Raises Unavailable."""
        with self._mongo.guard():
            return self._mongo.sessions.find_one({"_id": session_id, "userId": user_id})

    def find_open(
        self, user_id: str, epoch: int, limit: int, *, after: SessionDocument | None = None
    ) -> list[SessionDocument]:
        """Return the sessions of a user that are open in this epoch, the newest use first, starting behind `after`.

        Raises Unavailable.
        """
        which: dict[str, object] = {
            "userId": user_id,
            "epoch": epoch,
            "endedAt": {"$exists": False},
            "expiresAt": {"$gt": self._clock()},
        }
        if after is not None:
            which |= older_than("lastUsedAt", after["lastUsedAt"], after["_id"])
        with self._mongo.guard():
            return list(self._mongo.sessions.find(which).sort(_NEWEST_FIRST).limit(limit))

    def recently_used(self) -> Iterator[tuple[str, str]]:
        """Yield (sessionId, userId) of the open sessions that were used in the last day, the newest use first.

        Raises Unavailable.
        """
        now = self._clock()
        is_open: dict[str, object] = {"expiresAt": {"$gt": now}, "endedAt": {"$exists": False}}
        next_page: dict[str, object] = {}
        # In pages, as each operation has the time budget of a request.
        while True:
            with self._mongo.guard():
                page: list[SessionDocument] = list(
                    self._mongo.sessions.find(
                        {"lastUsedAt": {"$gte": now - RECENTLY}, **is_open, **next_page},
                        projection={"userId": 1, "lastUsedAt": 1},
                    )
                    .sort(_NEWEST_FIRST)
                    .limit(_PAGE)
                )
            for session in page:
                yield session["_id"], session["userId"]
            if len(page) < _PAGE:
                return
            next_page = older_than("lastUsedAt", page[-1]["lastUsedAt"], page[-1]["_id"])

    def touch(self, session_id: str) -> None:
        """Store that the session was used now. Raises Unavailable."""
        with self._mongo.guard():
            self._mongo.sessions.update_one({"_id": session_id}, {"$max": {"lastUsedAt": self._clock()}})

    def _load(self, session_id: str) -> Session | None:
        with self._mongo.guard():
            session = self._mongo.sessions.find_one({"_id": session_id})
        return _session(session) if session else None


def _session(document: SessionDocument) -> Session:
    return Session(document["userId"], document["epoch"], document["expiresAt"], "endedAt" in document)
