"""Who is told when somebody comes or goes."""

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
    """The sockets that watch a user, and those of his accepted connections; with `everyone`, all sockets.

    Whom a user has blocked is never told of him.
    """

    mongo: MongoDatabase
    clock: Clock
    everyone: bool

    def of(self, user_ids: Collection[str]) -> dict[str, set[str]]:
        """{connectionId: whom of `user_ids` to tell it of}, for sockets online; three queries at most.

        Raises Unavailable.
        """
        subjects = set(user_ids)
        with self.mongo.guard():
            connected = {} if self.everyone else self._connected(subjects)
            blocked = self._blocked(subjects)
            audience = {}
            for socket in self._sockets(subjects, connected):
                near = set(socket["watching"]) | connected.get(socket["userId"], set())
                subjects_of_socket = subjects if self.everyone else subjects & near
                told = {subject for subject in subjects_of_socket if socket["userId"] not in blocked.get(subject, ())}
                if told:
                    audience[socket["_id"]] = told
        return audience

    def sockets_of(self, user_id: str, subject: str) -> list[str]:
        """The connectionIds of a user's sockets online that are told of `subject`, were nobody blocked; two queries.

        Raises Unavailable.
        """
        told: dict[str, object] = {"userId": user_id, "presenceUntil": {"$gt": self.clock()}}
        with self.mongo.guard():
            if not self.everyone and not self._are_connected(user_id, subject):
                told["watching"] = subject
            return [socket["_id"] for socket in self.mongo.sockets.find(told, projection={"_id": 1})]

    def _are_connected(self, one: str, other: str) -> bool:
        accepted = {"_id": pair_id(one, other), "status": "accepted"}
        return self.mongo.connections.find_one(accepted, projection={"_id": 1}) is not None

    def _sockets(self, subjects: Collection[str], connected: Collection[str]) -> list[SocketDocument]:
        online = {"presenceUntil": {"$gt": self.clock()}}
        near = {
            "$or": [{"watching": {"$in": list(subjects)}, **online}, {"userId": {"$in": list(connected)}, **online}]
        }
        which = online if self.everyone else near
        return list(self.mongo.sockets.find(which, projection={"userId": 1, "watching": 1}))

    def _connected(self, subjects: Collection[str]) -> dict[str, set[str]]:
        """{userId: those of the subjects whom the user is connected with}; subjects may be connected themselves."""
        connected: defaultdict[str, set[str]] = defaultdict(set)
        for connection in self.mongo.connections.find(
            {"userIds": {"$in": list(subjects)}, "status": "accepted"}, projection={"userIds": 1}
        ):
            one, other = connection["userIds"]
            connected[one].add(other)
            connected[other].add(one)
        return connected

    def _blocked(self, subjects: Collection[str]) -> dict[str, set[str]]:
        """{subject: whom he has blocked}, of those who have blocked anybody."""
        blockers = self.mongo.users.find(
            {"_id": {"$in": [ObjectId(subject) for subject in subjects]}, "blocked.0": {"$exists": True}},
            projection={"blocked": 1},
        )
        return {str(user["_id"]): set(user["blocked"]) for user in blockers}
