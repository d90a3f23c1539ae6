"""The feed: users whom one has not met yet, the newest first."""

from collections.abc import Iterator
from itertools import islice

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.models.answers import FeedAnswer
from chalicelib.models.documents import UserDocument
from chalicelib.models.requests import PeopleQuery
from chalicelib.services.gate import Gate, Principal
from chalicelib.services.pairs import pair_id
from chalicelib.services.people import person
from chalicelib.services.tokens import Credentials

LONGEST_STRETCH = 1_000
"""Users that are read at once, where one has met many of the newest."""


class Feed:
    def __init__(self, gate: Gate, store: MongoStore) -> None:
        self._gate = gate
        self._store = store

    def page(self, credentials: Credentials, query: PeopleQuery) -> FeedAnswer:
        """Users with whom there is no connection of any status, and no block in either direction.

        Raises Unauthorized, RateLimited, Unavailable.
        """
        principal = self._gate.admit(credentials, "feed")
        before = ObjectId(query.before) if query.before is not None else None
        with self._store.guard():
            found = list(islice(self._strangers(principal, before, query.limit + 1), query.limit + 1))
        return FeedAnswer(users=[person(user) for user in found[: query.limit]], hasMore=len(found) > query.limit)

    def _strangers(self, principal: Principal, before: ObjectId | None, stretch: int) -> Iterator[UserDocument]:
        """Walk the users downwards from `before`, in stretches that grow, two queries for each.

        Not one aggregation with a $lookup: it reads 4 MB of users ahead, whatever its limit, and looks each one up
        alone. For a page of 50 among 200,000 users that took 141 ms, and this takes 1.5.
        """
        while True:
            users = self._users(principal, before, stretch)
            met = self._met(principal.user_id, users)
            yield from (user for user in users if _pair(principal.user_id, user) not in met)
            if len(users) < stretch:
                return
            before, stretch = users[-1]["_id"], min(2 * stretch, LONGEST_STRETCH)

    def _users(self, principal: Principal, before: ObjectId | None, limit: int) -> list[UserDocument]:
        hidden = [ObjectId(user_id) for user_id in (principal.user_id, *principal.user.blocked)]
        older = {"$lt": before} if before is not None else {}
        return list(
            self._store.users.find(
                {"_id": {"$nin": hidden, **older}, "blocked": {"$ne": principal.user_id}},
                projection={"firstName": 1, "lastName": 1, "photoUrl": 1},
            )
            .sort("_id", DESCENDING)
            .limit(limit)
            # By the index on `blocked` all users would have to be sorted first.
            .hint([("_id", ASCENDING)])
        )

    def _met(self, user_id: str, users: list[UserDocument]) -> set[str]:
        """The pairs between which there is a connection."""
        pairs = [_pair(user_id, user) for user in users]
        found = self._store.connections.find({"_id": {"$in": pairs}}, projection={"_id": 1})
        return {connection["_id"] for connection in found}


def _pair(user_id: str, user: UserDocument) -> str:
    return pair_id(user_id, str(user["_id"]))
