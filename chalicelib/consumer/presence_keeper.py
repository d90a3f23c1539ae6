"""Presence that heals: devices that vanished, sets that a flush took away, deletions that Redis refused."""

import logging
from collections.abc import Iterator
from datetime import datetime

from pymongo import ASCENDING

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import Command, RedisClient
from chalicelib.clock import Clock, milliseconds
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import SocketDocument
from chalicelib.services.presence import Presence

log = logging.getLogger(__name__)

LOADED = "presence:loaded"
PREFIX = "presence:"
BATCH = 500


class PresenceKeeper:
    def __init__(
        self, store: MongoStore, redis: RedisClient, presence: Presence, publisher: Publisher, clock: Clock
    ) -> None:
        self._store = store
        self._redis = redis
        self._presence = presence
        self._publisher = publisher
        self._clock = clock

    def sweep(self) -> None:
        """Take sockets offline whose presence has run out, each with its USER_OFFLINE in the same write.

        Raises Unavailable. The socket stays open, and its next heartbeat brings it back; but it is marked to be closed
        when its session expires, or now where that has happened. No socket is missed: presence ends with the session.
        """
        now = self._clock()
        with self._store.guard():
            vanished = list(
                self._store.sockets.find({"presenceUntil": {"$lt": now}}, _SWEEP_FIELDS)
                .sort("presenceUntil", ASCENDING)
                .limit(BATCH)
            )
        for socket in vanished:
            self._take_offline(socket, now)

    def rebuild_after_flush(self) -> None:
        """Where `presence:loaded` is missing, write every set again from `sockets`. Raises BackPressure."""
        [loaded] = self._redis.send(("EXISTS", LOADED))
        if loaded:
            return
        rebuilt = 0
        for batch in self._online():
            self._redis.write(*(command for socket in batch for command in self._renewal(socket)))
            rebuilt += len(batch)
        # Last: a rebuild that dies half-way begins anew.
        self._redis.write(("SET", LOADED, milliseconds(self._clock())))
        log.info("Presence was rebuilt for %d sockets.", rebuilt, extra={"action": "presence_rebuilt"})

    def apply_invalidations(self) -> None:
        """Do the deletions that Redis refused; a presence set is written again instead. Raises BackPressure."""
        while self._apply_batch_of_invalidations() == BATCH:
            pass  # after a long outage there are many, and all of them are stale now

    def _apply_batch_of_invalidations(self) -> int:
        with self._store.guard():
            kept = list(self._store.invalidations.find().sort("at", ASCENDING).limit(BATCH))
        if not kept:
            return 0
        keys = {one["key"] for one in kept}
        self._redis.delete(*sorted(keys))
        for key in keys:
            if key.startswith(PREFIX):
                self._rebuild(key.removeprefix(PREFIX))
        with self._store.guard():
            self._store.invalidations.delete_many({"_id": {"$in": [one["_id"] for one in kept]}})
        return len(kept)

    def online(self) -> int:
        """How many sockets are online. Raises Unavailable."""
        with self._store.guard():
            return self._store.sockets.count_documents({"presenceUntil": {"$gt": self._clock()}})

    def _take_offline(self, socket: SocketDocument, now: datetime) -> None:
        event = new_event("USER_OFFLINE", socket["userId"], self._clock, connectionId=socket["_id"])
        with self._store.guard():
            swept = self._store.sockets.update_one(
                # A heartbeat may have come since it was read.
                {"_id": socket["_id"], "presenceUntil": {"$lt": now}},
                {
                    "$unset": {"presenceUntil": ""},
                    "$min": {"sessionEndedAt": socket["sessionExpiresAt"]},
                    "$push": {"pendingEvents": pending(event, self._clock)},
                },
            )
        if swept.modified_count:
            self._presence.remove(socket["userId"], socket["_id"])
            self._publisher.publish(Written(event, self._store.sockets, socket["_id"]))

    def _rebuild(self, user_id: str) -> None:
        with self._store.guard():
            sockets = list(
                self._store.sockets.find({"userId": user_id, "presenceUntil": {"$gt": self._clock()}}, _RENEWAL_FIELDS)
            )
        self._redis.write(*(command for socket in sockets for command in self._renewal(socket)))

    def _online(self) -> Iterator[list[SocketDocument]]:
        last_id = ""
        while True:
            with self._store.guard():
                batch = list(
                    self._store.sockets.find(
                        {"_id": {"$gt": last_id}, "presenceUntil": {"$gt": self._clock()}}, _RENEWAL_FIELDS
                    )
                    .sort("_id", ASCENDING)
                    .limit(BATCH)
                )
            if not batch:
                return
            yield batch
            last_id = batch[-1]["_id"]

    def _renewal(self, socket: SocketDocument) -> tuple[Command, ...]:
        return self._presence.renewal(socket["userId"], socket["_id"], socket["presenceUntil"])


_RENEWAL_FIELDS = {"userId": 1, "presenceUntil": 1}
_SWEEP_FIELDS = {"userId": 1, "sessionExpiresAt": 1}
