"""Who is told when somebody comes or goes."""

from collections import defaultdict
from collections.abc import Collection

from bson import ObjectId

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clock import Clock
from chalicelib.models.documents import SocketDocument
from chalicelib.services.pairs import pair_id


class PresenceAudience:
    """The sockets that watch a user, and those of his accepted connections; with `everyone`, all sockets.

    Whom a user has blocked is never told of him.
    """

    def __init__(self, store: MongoStore, clock: Clock, *, everyone: bool) -> None:
        self._store = store
        self._clock = clock
        self._everyone = everyone

    def of(self, user_ids: Collection[str]) -> dict[str, set[str]]:
        """{connectionId: whom of `user_ids` to tell it of}, for sockets online; three queries at most.

        Raises Unavailable.
        """
        subjects = set(user_ids)
        with self._store.guard():
            connected = {} if self._everyone else self._connected(subjects)
            blocked = self._blocked(subjects)
            audience = {}
            for socket in self._sockets(subjects, connected):
                near = set(socket["watching"]) | connected.get(socket["userId"], set())
                subjects_of_socket = subjects if self._everyone else subjects & near
                told = {subject for subject in subjects_of_socket if socket["userId"] not in blocked.get(subject, ())}
                if told:
                    audience[socket["_id"]] = told
        return audience

    def sockets_of(self, user_id: str, subject: str) -> list[str]:
        """The connectionIds of a user's sockets online that are told of `subject`, were nobody blocked; two queries.

        Raises Unavailable.
        """
        told: dict[str, object] = {"userId": user_id, "presenceUntil": {"$gt": self._clock()}}
        with self._store.guard():
            if not self._everyone and not self._are_connected(user_id, subject):
                told["watching"] = subject
            return [socket["_id"] for socket in self._store.sockets.find(told, projection={"_id": 1})]

    def _are_connected(self, one: str, other: str) -> bool:
        accepted = {"_id": pair_id(one, other), "status": "accepted"}
        return self._store.connections.find_one(accepted, projection={"_id": 1}) is not None

    def _sockets(self, subjects: Collection[str], connected: Collection[str]) -> list[SocketDocument]:
        online = {"presenceUntil": {"$gt": self._clock()}}
        near = {
            "$or": [{"watching": {"$in": list(subjects)}, **online}, {"userId": {"$in": list(connected)}, **online}]
        }
        which = online if self._everyone else near
        return list(self._store.sockets.find(which, projection={"userId": 1, "watching": 1}))

    def _connected(self, subjects: Collection[str]) -> dict[str, set[str]]:
        """{userId: those of the subjects whom the user is connected with}; subjects may be connected themselves."""
        connected: defaultdict[str, set[str]] = defaultdict(set)
        for connection in self._store.connections.find(
            {"userIds": {"$in": list(subjects)}, "status": "accepted"}, projection={"userIds": 1}
        ):
            one, other = connection["userIds"]
            connected[one].add(other)
            connected[other].add(one)
        return connected

    def _blocked(self, subjects: Collection[str]) -> dict[str, set[str]]:
        """{subject: whom he has blocked}, of those who have blocked anybody."""
        blockers = self._store.users.find(
            {"_id": {"$in": [ObjectId(subject) for subject in subjects]}, "blocked.0": {"$exists": True}},
            projection={"blocked": 1},
        )
        return {str(user["_id"]): set(user["blocked"]) for user in blockers}
