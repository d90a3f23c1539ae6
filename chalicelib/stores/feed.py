"""The queries behind the feed: the users with whom somebody has no connection and no block."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import UserDocument
from chalicelib.models.pairs import pair_id
from chalicelib.models.responses import UserCard
from chalicelib.stores.user_cards import CARD, user_card
from chalicelib.stores.users import NOT_SUSPENDED

LONGEST_STRETCH = 1_000
"""The most users that one query reads, for somebody who is connected with most of the newest users."""

SHORTEST_STRETCH = 50
"""The fewest users of a ranked list that one query reads, for somebody who has met many of them."""


_PRESENT = {"deletedAt": {"$exists": False}, **NOT_SUSPENDED}


@dataclass(frozen=True)
class FeedStore:
    mongo: MongoDatabase

    def ranked(
        self, user_id: str, blocked: Collection[str], ranked: Sequence[ObjectId], *, limit: int
    ) -> list[UserCard]:
        """Return the first `limit` users of a ranked list who are still strangers of a user. Raises Unavailable."""
        with self.mongo.guard():
            strangers = self._ranked(user_id, frozenset(blocked), ranked, limit)
            return [user_card(user) for user in islice(strangers, limit)]

    def strangers(
        self,
        user_id: str,
        blocked: Collection[str],
        ranked: Collection[ObjectId] = (),
        *,
        before: str | None,
        limit: int,
    ) -> list[UserCard]:
        """Return up to `limit` strangers of a user, the newest accounts first, starting after the userId `before`.

        `blocked` are the users whom this user has blocked; `ranked` are left out. Raises Unavailable.
        """
        start = ObjectId(before) if before is not None else None
        left_out = [ObjectId(user_id), *map(ObjectId, blocked), *ranked]
        with self.mongo.guard():
            return [user_card(user) for user in islice(self._walk(user_id, left_out, start, limit), limit)]

    def _ranked(
        self, user_id: str, blocked: Collection[str], ranked: Sequence[ObjectId], stretch: int
    ) -> Iterator[UserDocument]:
        stretch = max(stretch, SHORTEST_STRETCH)
        for start in range(0, len(ranked), stretch):
            wanted = [each for each in ranked[start : start + stretch] if str(each) not in blocked]
            query = {"_id": {"$in": wanted}, "blocked": {"$ne": user_id}, **_PRESENT}
            found = {user["_id"]: user for user in self.mongo.users.find(query, projection=CARD)}
            connected = self._connected(user_id, list(found.values()))
            yield from (
                found[each] for each in wanted if each in found and _pair(user_id, found[each]) not in connected
            )

    def _walk(
        self, user_id: str, left_out: list[ObjectId], before: ObjectId | None, stretch: int
    ) -> Iterator[UserDocument]:
        """Walk down the users from `before` in growing stretches, with two queries for each.

        A single aggregation with a $lookup would read 4 MB of users ahead, whatever its limit, and look each of them
        up alone: for a page of 50 among 200,000 users it took 141 ms, where this takes 1.5.
        """
        while True:
            users = self._users(user_id, left_out, before, stretch)
            connected = self._connected(user_id, users)
            yield from (user for user in users if _pair(user_id, user) not in connected)
            if len(users) < stretch:
                return
            before, stretch = users[-1]["_id"], min(2 * stretch, LONGEST_STRETCH)

    def _users(self, user_id: str, left_out: list[ObjectId], before: ObjectId | None, limit: int) -> list[UserDocument]:
        older = {"$lt": before} if before is not None else {}
        return list(
            self.mongo.users.find(
                {"_id": {"$nin": left_out, **older}, "blocked": {"$ne": user_id}, **_PRESENT},
                projection=CARD,
            )
            .sort("_id", DESCENDING)
            .limit(limit)
            # With the index on `blocked` MongoDB would have to sort all users first.
            .hint([("_id", ASCENDING)])
        )

    def _connected(self, user_id: str, users: list[UserDocument]) -> set[str]:
        """The pairs of this user and one of `users` between whom there is a connection of any status.

        That this user is ignored is none: whoever was missing in the feed would be known to ignore them.
        """
        pairs = [_pair(user_id, user) for user in users]
        ignored = {"status": "ignored", "toUserId": user_id, "unheardStatus": {"$exists": False}}
        found = self.mongo.connections.find({"_id": {"$in": pairs}, "$nor": [ignored]}, projection={"_id": 1})
        return {connection["_id"] for connection in found}


def _pair(user_id: str, user: UserDocument) -> str:
    return pair_id(user_id, str(user["_id"]))
