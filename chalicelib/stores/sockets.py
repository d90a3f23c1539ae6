"""Websockets and the users they act for: MongoDB holds the truth, Redis and the process's memory hold copies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from chalicelib.caching.leases import CachedRecord
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock
from chalicelib.errors import BadRequest, Unauthorized, Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models import fields
from chalicelib.models.documents import SocketDocument
from chalicelib.security.tokens import Credentials
from chalicelib.stores.presence import OnlineSocket, PresenceStore

TTL = timedelta(hours=2)
"""The longest that API Gateway keeps a websocket open (Quotas for WebSocket APIs: connection duration)."""

DOCUMENT_TTL = timedelta(hours=3)
CONNECTING = timedelta(seconds=30)
"""How long a socket may still be connecting, so that a push to it gets 410 although it is not gone."""

MAX_IDENTITIES = 10_000


class SocketIdentity(msgspec.Struct, frozen=True):
    """The user and the session that a socket acts for. They never change while the socket lives."""

    userId: str
    sessionId: str
    sessionExpiresAt: datetime

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.userId, self.sessionId, self.sessionExpiresAt)


@dataclass(frozen=True)
class Renewed:
    """The socket is online for `expires_in` seconds. `written` is its USER_ONLINE; None where it was online before."""

    expires_in: int
    written: Written | None


class SocketStore:
    def __init__(self, *, mongo: MongoDatabase, redis: RedisClient, presence: PresenceStore, clock: Clock) -> None:
        self._mongo = mongo
        self._presence = presence
        self._clock = clock
        self._redis = redis
        self._cache = CachedRecord(redis=redis, prefix="socket:", ttl=TTL, record_type=SocketIdentity, load=self._load)
        self._identities: dict[str, SocketIdentity] = {}

    def open(self, connection_id: str, credentials: Credentials, *, hidden: bool = False) -> Written:
        """Store a socket that is about to open, with its USER_ONLINE and its presence, which may be `hidden`.

        Raises Unauthorized where its ticket was used before, Unavailable.
        """
        now = self._clock()
        until = self._presence.online_until(credentials.expires_at)
        event = new_event("USER_ONLINE", credentials.user_id, self._clock, connectionId=connection_id)
        socket = SocketDocument(
            _id=connection_id,
            userId=credentials.user_id,
            sessionId=credentials.session_id,
            sessionExpiresAt=credentials.expires_at,
            connectedAt=now,
            presenceUntil=until,
            watching=[],
            expiresAt=now + DOCUMENT_TTL,
            pendingEvents=[pending(event, self._clock())],
        )
        if credentials.ticket_id is not None:
            socket["ticketId"] = credentials.ticket_id
        try:
            with self._mongo.guard():
                self._mongo.sockets.insert_one(socket)
        except DuplicateKeyError as error:
            raise Unauthorized("This ticket was used before: ask for a new one.") from error
        self._presence.renew(OnlineSocket(credentials.user_id, connection_id, until, hidden))
        self._cache.put(connection_id, _identity(socket))
        return Written(event, self._mongo.sockets, connection_id)

    def undo_open(self, connection_id: str, user_id: str) -> None:
        """Undo `open`, before its event was published. Raises Unavailable."""
        self._presence.remove(user_id, connection_id)
        with self._mongo.guard():
            self._mongo.sockets.update_one(
                {"_id": connection_id},
                {
                    "$set": {"closedAt": self._clock(), "pendingEvents": []},
                    "$unset": {"presenceUntil": "", "sessionEndedAt": ""},
                },
            )

    def identity(self, connection_id: str) -> SocketIdentity | None:
        """Find whom a socket acts for; None for an unknown socket. Raises Unavailable.

        A copy may still name the user of a closed socket: `mark_closed` asks for it when a close is repeated.
        """
        known = self._identities.get(connection_id)
        if known is not None:
            return known
        lookup = self._cache.lookup(connection_id)
        self._redis.fetch(lookup)
        identity = lookup.resolve()
        if identity is None:
            return None
        if len(self._identities) >= MAX_IDENTITIES:
            self._identities.clear()
        self._identities[connection_id] = identity
        return identity

    def renew(self, connection_id: str, identity: SocketIdentity, *, hidden: bool = False) -> Renewed | None:
        """Extend a socket's presence; None for one that is marked as closed, which stays so. Raises Unavailable.

        A socket whose time is over is offline, also where no sweep has found it yet. So it comes online with an event,
        whose effect writes to Redis again: this process may die between its two writes.
        """
        now = self._clock()
        until = self._presence.online_until(identity.sessionExpiresAt)
        event = new_event("USER_ONLINE", identity.userId, self._clock, connectionId=connection_id)
        is_online = {"$gt": ["$presenceUntil", now]}
        with_event = {"$concatArrays": ["$pendingEvents", [{"$literal": pending(event, now)}]]}
        with self._mongo.guard():
            before = self._mongo.sockets.find_one_and_update(
                {"_id": connection_id, "closedAt": {"$exists": False}},
                [
                    {
                        "$set": {
                            "presenceUntil": until,
                            "pendingEvents": {"$cond": [is_online, "$pendingEvents", with_event]},
                        }
                    }
                ],
                projection={"presenceUntil": 1},
            )
        if before is None:
            self._identities.pop(connection_id, None)
            return None
        self._presence.renew(OnlineSocket(identity.userId, connection_id, until, hidden))
        was_offline = before.get("presenceUntil", now) <= now
        return Renewed(
            round((until - now).total_seconds()),
            Written(event, self._mongo.sockets, connection_id) if was_offline else None,
        )

    def mark_closed(self, connection_id: str, *, connected_before: datetime | None = None) -> Written | None:
        """Mark a socket as closed, with its USER_OFFLINE; None where it is unknown or was marked before.

        With `connected_before`, a socket that connected later is left as it is. Raises Unavailable.
        """
        # The identity never changes, so a copy of it is as good as the document.
        identity = self.identity(connection_id)
        if identity is None:
            return None
        user_id = identity.userId
        still_open = {"_id": connection_id, "closedAt": {"$exists": False}}
        if connected_before is not None:
            still_open["connectedAt"] = {"$lt": connected_before}
        event = new_event("USER_OFFLINE", user_id, self._clock, connectionId=connection_id)
        try:
            with self._mongo.guard():
                closed = self._mongo.sockets.update_one(
                    still_open,
                    {
                        "$set": {"closedAt": self._clock()},
                        "$unset": {"presenceUntil": "", "sessionEndedAt": ""},
                        "$push": {"pendingEvents": pending(event, self._clock())},
                    },
                )
        except Unavailable:
            if connected_before is None:
                # It is closed all the same: the user must not appear online on it until the sweep can mark it.
                self._presence.remove(user_id, connection_id)
            raise
        if not closed.modified_count:
            if connected_before is not None and self.closed([connection_id]):
                # It was marked between the two writes of a heartbeat, the second of which left it online in Redis.
                self._presence.remove(user_id, connection_id)
            return None
        # If the function dies before this, the socket stays online in Redis until the effect of the event removes it.
        self._presence.remove(user_id, connection_id)
        self._identities.pop(connection_id, None)
        return Written(event, self._mongo.sockets, connection_id)

    def closed(self, connection_ids: Collection[str]) -> set[str]:
        """Return those of these sockets that are marked as closed or no longer stored. Raises Unavailable."""
        return set(connection_ids) - self.still_open(connection_ids).keys()

    def still_open(self, connection_ids: Collection[str]) -> dict[str, datetime | None]:
        """Return {connectionId: until when it is online} of those of these sockets that are open. Raises Unavailable.

        The time is None where its presence was ended, and may have passed.
        """
        still_open = {"_id": {"$in": list(connection_ids)}, "closedAt": {"$exists": False}}
        with self._mongo.guard():
            found = self._mongo.sockets.find(still_open, {"presenceUntil": 1})
            return {socket["_id"]: socket.get("presenceUntil") for socket in found}

    def open_sockets(self, user_id: str) -> list[str]:
        """Return the connectionIds of a user's open sockets, those first that have been silent for longest.

        A socket whose presence has ended is among them. Raises Unavailable.
        """
        still_open = {"userId": user_id, "closedAt": {"$exists": False}}
        with self._mongo.guard():
            found = self._mongo.sockets.find(still_open, {"_id": 1}).sort("presenceUntil", ASCENDING)
            return [socket["_id"] for socket in found]

    def watch(self, connection_id: str, user_ids: Collection[str]) -> None:
        """Have a socket watch users: it is pushed the changes of their presence.

        Raises BadRequest where it would watch more than MAX_WATCHED_USERS, Unavailable.
        """
        watching = {"$setUnion": ["$watching", list(user_ids)]}
        with self._mongo.guard():
            updated = self._mongo.sockets.update_one(
                {"_id": connection_id, "$expr": {"$lte": [{"$size": watching}, fields.MAX_WATCHED_USERS]}},
                {"$addToSet": {"watching": {"$each": list(user_ids)}}},
            )
        if not updated.matched_count:
            raise BadRequest({"userIds": f"one socket cannot watch more than {fields.MAX_WATCHED_USERS} users"})

    def unwatch(self, connection_id: str, user_ids: Collection[str]) -> None:
        """Have a socket stop watching users. Raises Unavailable."""
        with self._mongo.guard():
            self._mongo.sockets.update_one({"_id": connection_id}, {"$pullAll": {"watching": list(user_ids)}})

    def _load(self, connection_id: str) -> SocketIdentity | None:
        with self._mongo.guard():
            socket = self._mongo.sockets.find_one({"_id": connection_id, "closedAt": {"$exists": False}})
        return _identity(socket) if socket else None


def _identity(socket: SocketDocument) -> SocketIdentity:
    return SocketIdentity(socket["userId"], socket["sessionId"], socket["sessionExpiresAt"])
