"""The audience of presence: which sockets are pushed a change in a user's presence."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models.documents import SocketDocument
from chalicelib.models.pairs import pair_id


@dataclass(frozen=True)
class PresenceAudience:
    """The sockets that watch a user, and those of the user's accepted connections; with `everyone`, all sockets.

    The sockets of users whom the user has blocked never belong to it.
    """

    mongo: MongoDatabase
    clock: Clock
    everyone: bool

    def of(self, user_ids: Collection[str]) -> dict[str, set[str]]:
        """Return {connectionId: those of `user_ids` whose changes it is pushed} for online sockets.

        It takes three queries at most. Raises Unavailable.
        """
        subjects = set(user_ids)
        with self.mongo.guard():
            connected = {} if self.everyone else self._connected(subjects)
            blocked = self._blocked(subjects)
            audience = {}
            for socket in self._sockets(subjects, connected):
                near = set(socket["watching"]) | connected.get(socket["userId"], set())
                relevant = subjects if self.everyone else subjects & near
                visible = {subject for subject in relevant if socket["userId"] not in blocked.get(subject, ())}
                if visible:
                    audience[socket["_id"]] = visible
        return audience

    def sockets_of(self, user_id: str, subject: str) -> list[str]:
        """Return a user's online sockets that belong to the audience of `subject`, disregarding blocks.

        It takes two queries at most. Raises Unavailable.
        """
        query: dict[str, object] = {"userId": user_id, "presenceUntil": {"$gt": self.clock()}}
        with self.mongo.guard():
            if not self.everyone and not self._are_connected(user_id, subject):
                query["watching"] = subject
            return [socket["_id"] for socket in self.mongo.sockets.find(query, projection={"_id": 1})]

    def _are_connected(self, user_id: str, other_id: str) -> bool:
        accepted = {"_id": pair_id(user_id, other_id), "status": "accepted"}
        return self.mongo.connections.find_one(accepted, projection={"_id": 1}) is not None

    def _sockets(self, subjects: Collection[str], connected: Collection[str]) -> list[SocketDocument]:
        online = {"presenceUntil": {"$gt": self.clock()}}
        watching_or_connected = {
            "$or": [{"watching": {"$in": list(subjects)}, **online}, {"userId": {"$in": list(connected)}, **online}]
        }
        query = online if self.everyone else watching_or_connected
        return list(self.mongo.sockets.find(query, projection={"userId": 1, "watching": 1}))

    def _connected(self, subjects: Collection[str]) -> dict[str, set[str]]:
        """Return {userId: the subjects whom the user is connected with}; subjects may be connected with each other."""
        connected: defaultdict[str, set[str]] = defaultdict(set)
        for connection in self.mongo.connections.find(
            {"userIds": {"$in": list(subjects)}, "status": "accepted"}, projection={"userIds": 1}
        ):
            first_id, second_id = connection["userIds"]
            connected[first_id].add(second_id)
            connected[second_id].add(first_id)
        return connected

    def _blocked(self, subjects: Collection[str]) -> dict[str, set[str]]:
        """Return {subject: the users they have blocked} for the subjects who have blocked anybody."""
        blockers = self.mongo.users.find(
            {"_id": {"$in": [ObjectId(subject) for subject in subjects]}, "blocked.0": {"$exists": True}},
            projection={"blocked": 1},
        )
        return {str(user["_id"]): set(user["blocked"]) for user in blockers}
