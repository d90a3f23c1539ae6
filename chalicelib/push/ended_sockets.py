"""The sockets of ended sessions: each is told, closed, and marked until it is closed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pymongo import ASCENDING

from chalicelib.clients.management_api import MAX_CONNECTIONS
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models.documents import SocketDocument
from chalicelib.push.delivery import Delivery
from chalicelib.stores.presence import PresenceStore

BATCH = 100
AT_A_TIME = MAX_CONNECTIONS
"""How many sockets are ended side by side. A round ends with the first group of which one was not reached."""


@dataclass(frozen=True, kw_only=True)
class EndedSockets:
    """A request that ends a session ends its sockets at once. The consumer marks those that it missed, and `end_marked`
    ends them.
    """

    mongo: MongoDatabase
    presence: PresenceStore
    delivery: Delivery
    clock: Clock

    def end_session(self, user_id: str, session_id: str) -> None:
        """Take the sockets of a session offline, tell them, and close them. Raises Unavailable."""
        with self.mongo.guard():
            sockets = list(
                self.mongo.sockets.find(
                    {"sessionId": session_id, "closedAt": {"$exists": False}}, projection={"sessionId": 1}
                )
            )
        self._end(user_id, sockets)

    def end_before(self, user_id: str, epoch: int) -> None:
        """End the sockets of all sessions that the user began before this epoch. Raises Unavailable."""
        self._end(user_id, self._sockets_before(user_id, epoch))

    def mark(self, session_ids: Collection[str]) -> None:
        """Mark the open sockets of sessions that have ended, until they are closed. Raises Unavailable."""
        with self.mongo.guard():
            self.mongo.sockets.update_many(
                {"sessionId": {"$in": list(session_ids)}, "closedAt": {"$exists": False}},
                {"$min": {"sessionEndedAt": self.clock()}},
            )

    def mark_before(self, user_id: str, epoch: int) -> None:
        """Mark the open sockets of all sessions that the user began before this epoch. Raises Unavailable."""
        sockets = self._sockets_before(user_id, epoch)
        if sockets:
            self.mark({socket["sessionId"] for socket in sockets})

    def marked(self, limit: int) -> list[SocketDocument]:
        """Return marked sockets, the earliest marks first, with only `_id` and `userId` read. Raises Unavailable."""
        with self.mongo.guard():
            return list(
                self.mongo.sockets.find({"sessionEndedAt": {"$lte": self.clock()}}, projection={"userId": 1})
                .sort("sessionEndedAt", ASCENDING)
                .limit(limit)
            )

    def end_marked(self) -> None:
        """Tell and close marked sockets, BATCH at most; a socket that may still be connecting stays marked.

        A socket that cannot be reached is tried again after all others, and ends the round, so that it has an end.
        Several processes may call it at once. Raises Unavailable.
        """
        sockets = self.marked(BATCH)
        for first in range(0, len(sockets), AT_A_TIME):
            group = {socket["_id"]: socket["userId"] for socket in sockets[first : first + AT_A_TIME]}
            outcomes = self.delivery.end_missed_sockets(group)
            missed = [connection_id for connection_id, outcome in outcomes.items() if not outcome.is_conclusive]
            for connection_id in missed:
                self._postpone(connection_id)
            if missed:
                return

    def _sockets_before(self, user_id: str, epoch: int) -> list[SocketDocument]:
        """The user's open sockets whose sessions began before this epoch; only `_id` and `sessionId` are read."""
        with self.mongo.guard():
            sockets = list(
                self.mongo.sockets.find(
                    {"userId": user_id, "closedAt": {"$exists": False}}, projection={"sessionId": 1}
                )
            )
            if not sockets:
                return []
            # The query asks for the sessions that stay, as a session that is no longer stored has ended too.
            session_ids = list({socket["sessionId"] for socket in sockets})
            staying = {
                session["_id"]
                for session in self.mongo.sessions.find(
                    {"_id": {"$in": session_ids}, "epoch": {"$gte": epoch}}, projection={"_id": 1}
                )
            }
        return [socket for socket in sockets if socket["sessionId"] not in staying]

    def _end(self, user_id: str, sockets: Sequence[SocketDocument]) -> None:
        """Sockets that are not reached here are left to the consumer, which handles the event of the session's end."""
        if not sockets:
            return
        connection_ids = [socket["_id"] for socket in sockets]
        self.presence.remove(user_id, *connection_ids)
        self.delivery.end_sockets(connection_ids)

    def _postpone(self, connection_id: str) -> None:
        with self.mongo.guard():
            self.mongo.sockets.update_one(
                {"_id": connection_id, "sessionEndedAt": {"$exists": True}},
                {"$set": {"sessionEndedAt": self.clock()}},
            )
