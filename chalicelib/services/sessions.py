"""Sessions: in MongoDB the truth, in Redis the copy that nearly every request reads."""

from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
from pymongo import DESCENDING, ReturnDocument

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import CachedRecord
from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import Read, RedisClient
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import SessionDocument
from chalicelib.services.tokens import SESSION_LIFETIME, Credentials

TTL = timedelta(hours=24)


class Session(msgspec.Struct, frozen=True):
    """What a request needs to know of a session; an ended one is cached too, as it never comes back."""

    userId: str
    epoch: int
    expiresAt: datetime
    ended: bool


class Sessions:
    def __init__(self, store: MongoStore, redis: RedisClient, invalidator: Invalidator, clock: Clock) -> None:
        self._store = store
        self._invalidator = invalidator
        self._clock = clock
        self._cache = CachedRecord(redis, "session:", TTL, Session, self._load)

    def read(self, session_id: str) -> Read[Session | None]:
        return self._cache.read(session_id)

    def warming(self, session_id: str) -> Read[bool]:
        return self._cache.warming(session_id)

    def start(
        self, user_id: str, epoch: int, *reads: Read[object], ip: str, user_agent: str, login: bool
    ) -> tuple[Credentials, Written | None]:
        """Store a session, and its USER_LOGIN where it begins with one; `reads` share its one round trip to Redis.

        Raises Unavailable.
        """
        now = self._clock()
        event = new_event("USER_LOGIN", user_id, self._clock, ip=ip) if login else None
        session = SessionDocument(
            _id=uuid4().hex,
            userId=user_id,
            epoch=epoch,
            createdAt=now,
            expiresAt=now + SESSION_LIFETIME,
            lastUsedAt=now,
            ip=ip,
            userAgent=user_agent[:300],
            pendingEvents=[pending(event, self._clock)] if event else [],
        )
        # Before the insert: once it is stored, another session of the user may see it and end it, and a copy set after
        # that would open it again. Nobody has the token of a copy whose session is never stored.
        self._cache.put(session["_id"], _cached(session), *reads)
        with self._store.guard():
            self._store.sessions.insert_one(session)
        written = Written(event, self._store.sessions, session["_id"]) if event else None
        return Credentials(user_id, session["_id"], session["expiresAt"]), written

    def end(self, session_id: str, user_id: str, reason: str) -> Written | None:
        """End a session of a user for good; None where there is none, or it had ended before. Raises Unavailable."""
        event: Envelope = new_event("USER_LOGOUT", user_id, self._clock, sessionId=session_id, reason=reason)
        with self._store.guard():
            ended = self._store.sessions.find_one_and_update(
                {"_id": session_id, "userId": user_id, "endedAt": {"$exists": False}},
                {"$set": {"endedAt": self._clock()}, "$push": {"pendingEvents": pending(event, self._clock)}},
                projection={"_id": 1},
                return_document=ReturnDocument.AFTER,
            )
        self._invalidator.delete(self._cache.key(session_id))
        return Written(event, self._store.sessions, session_id) if ended else None

    def forget(self, *session_ids: str) -> None:
        """Delete the cached copies of sessions once more. Raises Unavailable."""
        self._invalidator.delete(*(self._cache.key(session_id) for session_id in session_ids))

    def open(self, user_id: str, epoch: int, limit: int) -> list[SessionDocument]:
        """The sessions of a user that are open in this epoch, those first that were used last. Raises Unavailable."""
        with self._store.guard():
            return list(
                self._store.sessions.find(
                    {
                        "userId": user_id,
                        "epoch": epoch,
                        "endedAt": {"$exists": False},
                        "expiresAt": {"$gt": self._clock()},
                    }
                )
                .sort([("lastUsedAt", DESCENDING), ("_id", DESCENDING)])
                .limit(limit)
            )

    def touch(self, session_id: str) -> None:
        """Note that the session was used. Raises Unavailable."""
        with self._store.guard():
            self._store.sessions.update_one({"_id": session_id}, {"$max": {"lastUsedAt": self._clock()}})

    def _load(self, session_id: str) -> Session | None:
        with self._store.guard():
            session = self._store.sessions.find_one({"_id": session_id})
        return _cached(session) if session else None


def _cached(session: SessionDocument) -> Session:
    return Session(session["userId"], session["epoch"], session["expiresAt"], "endedAt" in session)
