"""Connections between users: a wish, and the answer to it.

    nothing --interested--> interested --accepted--> accepted
       |                        '------rejected--> rejected
       '-----ignored----> ignored

The first word is anybody's of the two, the answer is the other's alone. One document a pair, and each step one
conditional write: so two steps at once cannot both be taken.
"""

from typing import Literal

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clock import Clock
from chalicelib.errors import BadRequest, Blocked, Conflict, NotFound, Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.events.publisher import Publisher
from chalicelib.models.answers import ConnectionRequestsAnswer, ConnectionsAnswer, PersonAnswer
from chalicelib.models.documents import ConnectionDocument
from chalicelib.models.requests import PeopleQuery
from chalicelib.services.gate import Gate
from chalicelib.services.paging import older_than
from chalicelib.services.pairs import pair_id
from chalicelib.services.people import People
from chalicelib.services.tokens import Credentials
from chalicelib.services.users import Users

_ANOTHER_WORD = "There is something else between you and this user already."
_ANSWERED = {"accepted": "CONNECTION_ACCEPTED", "rejected": "CONNECTION_REJECTED"}
_NEWEST_FIRST = [("createdAt", DESCENDING), ("_id", DESCENDING)]


class Connections:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    def __init__(
        self, gate: Gate, users: Users, people: People, store: MongoStore, publisher: Publisher, clock: Clock
    ) -> None:
        self._gate = gate
        self._users = users
        self._people = people
        self._store = store
        self._publisher = publisher
        self._clock = clock

    def request(self, credentials: Credentials, to_user_id: str, status: Literal["interested", "ignored"]) -> bool:
        """Say the first word. False where one has said it before, whatever became of it; then nothing happens.

        Raises BadRequest, NotFound, Blocked; Conflict where there is another word already.
        """
        self._admit(credentials, to_user_id)
        from_user_id, now = credentials.user_id, self._clock()
        event = None
        if status == "interested":  # who is ignored is not told
            event = new_event("CONNECTION_REQUEST", from_user_id, self._clock, toUserId=to_user_id)
        connection = ConnectionDocument(
            _id=pair_id(from_user_id, to_user_id),
            userIds=sorted((from_user_id, to_user_id)),
            fromUserId=from_user_id,
            toUserId=to_user_id,
            status=status,
            createdAt=now,
            updatedAt=now,
            pendingEvents=[pending(event, self._clock)] if event else [],
        )
        try:
            with self._store.guard():
                self._store.connections.insert_one(connection)
        except DuplicateKeyError as error:
            known = self._find(from_user_id, to_user_id)
            if known is None:
                raise Unavailable from error  # it is there, but not yet for a majority
            # Neither the answer nor the error tells somebody that he was rejected or is ignored.
            first_word = "ignored" if known["status"] == "ignored" else "interested"
            if (known["fromUserId"], first_word) != (from_user_id, status):
                raise Conflict(_ANOTHER_WORD) from error
            return False
        if event is not None:
            self._publisher.publish(Written(event, self._store.connections, connection["_id"]))
        return True

    def answer(self, credentials: Credentials, from_user_id: str, status: Literal["accepted", "rejected"]) -> None:
        """Answer a request that was made to oneself; the same answer again changes nothing.

        Raises BadRequest, Blocked, NotFound where there is no such user or request; Conflict where there is nothing
        to answer, or another answer already.
        """
        self._admit(credentials, from_user_id)
        to_user_id, pair = credentials.user_id, pair_id(credentials.user_id, from_user_id)
        event = new_event(_ANSWERED[status], to_user_id, self._clock, toUserId=from_user_id)
        with self._store.guard():
            answered = self._store.connections.update_one(
                {"_id": pair, "toUserId": to_user_id, "status": "interested"},
                {
                    "$set": {"status": status, "updatedAt": self._clock()},
                    "$push": {"pendingEvents": pending(event, self._clock)},
                },
            )
        if answered.modified_count:
            self._publisher.publish(Written(event, self._store.connections, pair))
            return
        known = self._find(to_user_id, from_user_id)
        if known is None or known["status"] == "ignored":  # who is ignored is told what a stranger is
            raise NotFound("There is no such request.")
        if (known["toUserId"], known["status"]) != (to_user_id, status):
            raise Conflict(_ANOTHER_WORD)

    def accepted(self, credentials: Credentials, query: PeopleQuery) -> ConnectionsAnswer:
        """The users whom one is connected with, the newest requests first. Raises BadRequest."""
        people, has_more = self._page(credentials, {"userIds": credentials.user_id, "status": "accepted"}, query)
        return ConnectionsAnswer(connections=people, hasMore=has_more)

    def requests(self, credentials: Credentials, query: PeopleQuery) -> ConnectionRequestsAnswer:
        """The users who wait for one's answer, the newest requests first. Raises BadRequest."""
        people, has_more = self._page(credentials, {"toUserId": credentials.user_id, "status": "interested"}, query)
        return ConnectionRequestsAnswer(requests=people, hasMore=has_more)

    def _admit(self, credentials: Credentials, other_id: str) -> None:
        if other_id == credentials.user_id:
            raise BadRequest({"userId": "it is your own"})
        other = self._users.read(other_id)
        self._gate.admit(credentials, "connections", other)
        if other.value is None:
            raise NotFound("There is no such user.")
        if credentials.user_id in other.value.blocked:
            raise Blocked("This user does not connect with you.")

    def _page(
        self, credentials: Credentials, which: dict[str, object], query: PeopleQuery
    ) -> tuple[list[PersonAnswer], bool]:
        """(People, whether there are more). A page begins where the one before ended, whatever changed meanwhile."""
        self._gate.admit(credentials, "connections")
        if query.before is not None:
            last = self._find(credentials.user_id, query.before)
            if last is None:
                raise BadRequest({"before": "there is nothing between you and this user"})
            which = {**which, **older_than("createdAt", last["createdAt"], last["_id"])}
        with self._store.guard():
            found = list(self._store.connections.find(which).sort(_NEWEST_FIRST).limit(query.limit + 1))
        others = [_other(connection, credentials.user_id) for connection in found[: query.limit]]
        people = self._people.of(others)
        return [people[user_id] for user_id in others if user_id in people], len(found) > query.limit

    def _find(self, one: str, other: str) -> ConnectionDocument | None:
        with self._store.guard():
            return self._store.connections.find_one({"_id": pair_id(one, other)})


def _other(connection: ConnectionDocument, user_id: str) -> str:
    return connection["toUserId"] if connection["fromUserId"] == user_id else connection["fromUserId"]
