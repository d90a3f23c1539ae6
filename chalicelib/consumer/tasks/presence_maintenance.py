"""Repairs presence: devices that vanished, and sets that Redis has lost."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.exchange import Command, Reply
from chalicelib.clients.redis.server import Memory
from chalicelib.clock import Clock, milliseconds
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import SocketDocument
from chalicelib.stores.presence import OnlineSocket, PresenceStore
from chalicelib.stores.visibility import Visibility

log = logging.getLogger(__name__)

LOADED = "presence:loaded"
BETWEEN_REBUILDS = timedelta(seconds=5)
"""How often evictions have all sets written again at most. A server that is full may evict keys all the time."""

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class PresenceMaintenance:
    mongo: MongoDatabase
    redis: RedisClient
    presence: PresenceStore
    visibility: Visibility
    publisher: Publisher
    clock: Clock

    def sweep(self) -> None:
        """Take sockets offline whose presence has expired. The write that does so also stores the USER_OFFLINE.

        A socket stays open, and its next heartbeat takes it online again. But it is marked to be closed when its
        session expires, or now if the session has expired. This misses no socket, as its presence ends with its session
        at the latest. Raises Unavailable.
        """
        while self._sweep_batch() == BATCH:
            pass  # where an availability zone fails, thousands of devices vanish at once

    def _sweep_batch(self) -> int:
        now = self.clock()
        with self.mongo.guard():
            expired = list(
                self.mongo.sockets.find({"presenceUntil": {"$lt": now}}, _SWEEP_FIELDS)
                .sort("presenceUntil", ASCENDING)
                .limit(BATCH)
            )
        events = [written for socket in expired if (written := self._take_offline(socket, now)) is not None]
        self.publisher.publish(*events)
        return len(expired)

    def rebuild_after_flush(self) -> None:
        """Write every set again from `sockets` where Redis may have lost some. Raises DependencyDown.

        The key `presence:loaded` says in which state of its server presence was complete. It is missing after a flush;
        after a restart or a fail-over, which may lose the last writes, it names another run; and it counts the keys
        that were evicted until then, of which presence is one where the server evicts what has no TTL. On a cluster,
        each node has such a key, as each node can lose its data on its own.
        """
        memories = self.redis.memories(LOADED)
        loaded = self.redis.send(*(("GET", key) for key in memories))
        now = self.clock()
        if not any(_is_due(reply, memory, now) for reply, memory in zip(loaded, memories.values(), strict=True)):
            return
        rebuilt = 0
        for batch in self._online():
            self.redis.write(*self._renewals(batch))
            rebuilt += len(batch)
        # This comes last, so that a rebuild which dies half-way is begun again.
        self.redis.write(*(("SET", key, _loaded(memory, self.clock())) for key, memory in memories.items()))
        log.info("Presence was rebuilt for %d sockets.", rebuilt, extra={"action": "presence_rebuilt"})

    def rebuild(self, user_ids: Collection[str]) -> None:
        """Write the sets of users again, after Redis has lost them. Raises DependencyDown."""
        online = {"userId": {"$in": list(user_ids)}, "presenceUntil": {"$gt": self.clock()}}
        with self.mongo.guard():
            sockets = list(self.mongo.sockets.find(online, _RENEWAL_FIELDS))
        self.redis.write(*self._renewals(sockets))

    def online(self) -> int:
        """Return how many sockets are online. Raises Unavailable."""
        with self.mongo.guard():
            return self.mongo.sockets.count_documents({"presenceUntil": {"$gt": self.clock()}})

    def _take_offline(self, socket: SocketDocument, now: datetime) -> Written | None:
        event = new_event("USER_OFFLINE", socket["userId"], self.clock, connectionId=socket["_id"])
        with self.mongo.guard():
            result = self.mongo.sockets.update_one(
                # A heartbeat may have arrived since the socket was read.
                {"_id": socket["_id"], "presenceUntil": {"$lt": now}},
                {
                    "$unset": {"presenceUntil": ""},
                    "$min": {"sessionEndedAt": socket["sessionExpiresAt"]},
                    "$push": {"pendingEvents": pending(event, self.clock())},
                },
            )
        if not result.modified_count:
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
                    # With the index on `presenceUntil`, each page would have to sort all sockets that are online.
                    .hint([("_id", ASCENDING)])
                )
            if not batch:
                return
            yield batch
            last_id = batch[-1]["_id"]

    def _renewals(self, sockets: Sequence[SocketDocument]) -> list[Command]:
        invisible = self.visibility.hiding({socket["userId"] for socket in sockets}).presence
        return self.presence.renewals(
            OnlineSocket(socket["userId"], socket["_id"], socket["presenceUntil"], socket["userId"] in invisible)
            for socket in sockets
        )


def _loaded(memory: Memory, now: datetime) -> str:
    """Return the value of `presence:loaded`: when presence was complete, and in which state of its server."""
    return f"{milliseconds(now)} {memory.run_id} {memory.evicted_keys}"


def _is_due(loaded: Reply, memory: Memory, now: datetime) -> bool:
    """Whether presence may be incomplete on a server whose `presence:loaded` is `loaded`."""
    match loaded.decode().split() if isinstance(loaded, bytes) else []:
        case [at, memory.run_id, evicted_keys]:
            waited = milliseconds(now) - int(at) >= BETWEEN_REBUILDS / timedelta(milliseconds=1)
            return waited and evicted_keys != str(memory.evicted_keys)
        case _:
            return True


_RENEWAL_FIELDS = {"userId": 1, "presenceUntil": 1}
_SWEEP_FIELDS = {"userId": 1, "sessionExpiresAt": 1}
