"""Connections between users in MongoDB: one document for each pair, and one conditional write for each step.

So of two simultaneous steps only one succeeds.
"""

from dataclasses import dataclass
from typing import Literal

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import ConnectionDocument
from chalicelib.models.pairs import pair_id
from chalicelib.stores.paging import older_than

_ANSWER_EVENTS = {"accepted": "CONNECTION_ACCEPTED", "rejected": "CONNECTION_REJECTED"}
NEWEST_FIRST = [("createdAt", DESCENDING), ("_id", DESCENDING)]


@dataclass(frozen=True)
class ConnectionStore:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def find(self, user_id: str, other_id: str) -> ConnectionDocument | None:
        """Find the connection between two users, whatever its status."""
        with self.mongo.guard():
            return self.mongo.connections.find_one({"_id": pair_id(user_id, other_id)})

    def are_connected(self, user_id: str, other_id: str) -> bool:
        connection = self.find(user_id, other_id)
        return connection is not None and connection["status"] == "accepted"

    def insert(
        self, from_user_id: str, to_user_id: str, status: Literal["interested", "ignored"]
    ) -> tuple[bool, Written | None]:
        """Store a new connection, with its CONNECTION_REQUEST. Returns (stored, written).

        `stored` is False where there is a connection between the two users already. `written` is None for "ignored",
        which makes no event.
        """
        now = self.clock()
        event = None
        if status == "interested":
            event = new_event("CONNECTION_REQUEST", from_user_id, self.clock, toUserId=to_user_id)
        connection = ConnectionDocument(
            _id=pair_id(from_user_id, to_user_id),
            userIds=sorted((from_user_id, to_user_id)),
            fromUserId=from_user_id,
            toUserId=to_user_id,
            status=status,
            createdAt=now,
            updatedAt=now,
            pendingEvents=[pending(event, self.clock())] if event else [],
        )
        try:
            with self.mongo.guard():
                self.mongo.connections.insert_one(connection)
        except DuplicateKeyError:
            return False, None
        return True, Written(event, self.mongo.connections, connection["_id"]) if event else None

    def store_unheard(self, user_id: str, ignored_by: str, status: Literal["interested", "ignored"]) -> bool:
        """Store the first move of a user towards somebody who ignores them; False where it was made before."""
        with self.mongo.guard():
            stored = self.mongo.connections.update_one(
                {
                    "_id": pair_id(user_id, ignored_by),
                    "fromUserId": ignored_by,
                    "status": "ignored",
                    "unheardStatus": {"$exists": False},
                },
                {"$set": {"unheardStatus": status}},
            )
        return bool(stored.modified_count)

    def answer(self, user_id: str, from_user_id: str, status: Literal["accepted", "rejected"]) -> Written | None:
        """Answer the open request of `from_user_id` to `user_id`, with its event; None where none is open."""
        pair = pair_id(user_id, from_user_id)
        event = new_event(_ANSWER_EVENTS[status], user_id, self.clock, toUserId=from_user_id)
        with self.mongo.guard():
            answered = self.mongo.connections.update_one(
                {"_id": pair, "toUserId": user_id, "status": "interested"},
                {
                    "$set": {"status": status, "updatedAt": self.clock()},
                    "$push": {"pendingEvents": pending(event, self.clock())},
                },
            )
        return Written(event, self.mongo.connections, pair) if answered.modified_count else None

    def accepted(self, user_id: str, after: ConnectionDocument | None, limit: int) -> list[ConnectionDocument]:
        """Return the accepted connections of a user, the newest requests first, starting after `after`."""
        return self._newest({"userIds": user_id, "status": "accepted"}, after, limit)

    def requests(self, user_id: str, after: ConnectionDocument | None, limit: int) -> list[ConnectionDocument]:
        """Return the requests that wait for a user's answer, the newest first, starting after `after`."""
        return self._newest({"toUserId": user_id, "status": "interested"}, after, limit)

    def _newest(
        self, query: dict[str, object], after: ConnectionDocument | None, limit: int
    ) -> list[ConnectionDocument]:
        if after is not None:
            query |= older_than("createdAt", after["createdAt"], after["_id"])
        with self.mongo.guard():
            return list(self.mongo.connections.find(query).sort(NEWEST_FIRST).limit(limit))
