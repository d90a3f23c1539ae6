"""Presence that heals: devices that vanished, and sets that a flush took away."""

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.server import Command
from chalicelib.clock import Clock, milliseconds
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import SocketDocument
from chalicelib.stores.presence import PresenceStore

log = logging.getLogger(__name__)

LOADED = "presence:loaded"
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class PresenceMaintenance:
    mongo: MongoDatabase
    redis: RedisClient
    presence: PresenceStore
    publisher: Publisher
    clock: Clock

    def sweep(self) -> None:
        """Take sockets offline whose presence has run out, each with its USER_OFFLINE in the same write.

        Raises Unavailable. The socket stays open, and its next heartbeat brings it back; but it is marked to be closed
        when its session expires, or now where that has happened. No socket is missed: presence ends with the session.
        """
        while self._sweep_batch() == BATCH:
            pass  # a zone that fails takes thousands at once, and all of them are overdue

    def _sweep_batch(self) -> int:
        now = self.clock()
        with self.mongo.guard():
            vanished = list(
                self.mongo.sockets.find({"presenceUntil": {"$lt": now}}, _SWEEP_FIELDS)
                .sort("presenceUntil", ASCENDING)
                .limit(BATCH)
            )
        taken = [written for socket in vanished if (written := self._take_offline(socket, now)) is not None]
        self.publisher.publish_each(taken)
        return len(vanished)

    def rebuild_after_flush(self) -> None:
        """Where `presence:loaded` is missing, write every set again from `sockets`. Raises DependencyDown.

        On a cluster there is one of it on each node, as a node may lose what it holds by itself.
        """
        marks = self.redis.key_on_each_server(LOADED)
        if all(self.redis.send(*(("EXISTS", mark) for mark in marks))):
            return
        rebuilt = 0
        for batch in self._online():
            self.redis.write(*(command for socket in batch for command in self._renewal(socket)))
            rebuilt += len(batch)
        # Last: a rebuild that dies half-way begins anew.
        self.redis.write(*(("SET", mark, milliseconds(self.clock())) for mark in marks))
        log.info("Presence was rebuilt for %d sockets.", rebuilt, extra={"action": "presence_rebuilt"})

    def rebuild(self, user_ids: Collection[str]) -> None:
        """Write the sets of users again, which Redis has lost. Raises DependencyDown."""
        online = {"userId": {"$in": list(user_ids)}, "presenceUntil": {"$gt": self.clock()}}
        with self.mongo.guard():
            sockets = list(self.mongo.sockets.find(online, _RENEWAL_FIELDS))
        self.redis.write(*(command for socket in sockets for command in self._renewal(socket)))

    def online(self) -> int:
        """How many sockets are online. Raises Unavailable."""
        with self.mongo.guard():
            return self.mongo.sockets.count_documents({"presenceUntil": {"$gt": self.clock()}})

    def _take_offline(self, socket: SocketDocument, now: datetime) -> Written | None:
        event = new_event("USER_OFFLINE", socket["userId"], self.clock, connectionId=socket["_id"])
        with self.mongo.guard():
            swept = self.mongo.sockets.update_one(
                # A heartbeat may have come since it was read.
                {"_id": socket["_id"], "presenceUntil": {"$lt": now}},
                {
                    "$unset": {"presenceUntil": ""},
                    "$min": {"sessionEndedAt": socket["sessionExpiresAt"]},
                    "$push": {"pendingEvents": pending(event, self.clock)},
                },
            )
        if not swept.modified_count:
            return None
        self.presence.expire(socket["userId"])
        return Written(event, self.mongo.sockets, socket["_id"])

    def _online(self) -> Iterator[list[SocketDocument]]:
        last_id = ""
        while True:
            with self.mongo.guard():
                batch = list(
                    self.mongo.sockets.find(
                        {"_id": {"$gt": last_id}, "presenceUntil": {"$gt": self.clock()}}, _RENEWAL_FIELDS
                    )
                    .sort("_id", ASCENDING)
                    .limit(BATCH)
                    # By the index on `presenceUntil` each page would have to sort all who are online.
                    .hint([("_id", ASCENDING)])
                )
            if not batch:
                return
            yield batch
            last_id = batch[-1]["_id"]

    def _renewal(self, socket: SocketDocument) -> tuple[Command, ...]:
        return self.presence.renewal(socket["userId"], socket["_id"], socket["presenceUntil"])


_RENEWAL_FIELDS = {"userId": 1, "presenceUntil": 1}
_SWEEP_FIELDS = {"userId": 1, "sessionExpiresAt": 1}
