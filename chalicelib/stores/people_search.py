"""The query behind the search for people, which reads a bounded number of users for a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import UserDocument
from chalicelib.models.responses import UserCard
from chalicelib.stores.user_cards import CARD, user_card
from chalicelib.stores.users import NOT_SUSPENDED

MAX_EXAMINED = 1_000
"""How many users with the rarest of the wanted terms are looked at for one page."""

Alternatives = Sequence[str]
"""Terms of which a user must have one."""


@dataclass(frozen=True)
class Found:
    """Users who were found, the newest accounts first. `rest` is the userId to go on from; None where that is all."""

    users: list[UserCard]
    rest: str | None


@dataclass(frozen=True)
class PeopleSearch:
    mongo: MongoDatabase

    def page(
        self, user_id: str, blocked: Collection[str], wanted: Sequence[Alternatives], *, before: str | None, limit: int
    ) -> Found:
        """Return up to `limit` other users who have one term of each of `wanted`, and no block in either direction.

        It starts after the userId `before`. There may be fewer than `limit` although there are more, as no more than
        MAX_EXAMINED users are looked at. Raises Unavailable.
        """
        # The longest is taken for the rarest. An index could only serve one of them in any case.
        first, *others = sorted(wanted, key=lambda terms: max(map(len, terms)), reverse=True)
        left_out = [ObjectId(user_id), *map(ObjectId, blocked)]
        found: list[UserDocument] = []
        last, examined, stretch = before, 0, limit + 1
        while len(found) <= limit and examined < MAX_EXAMINED:
            stretch = min(stretch, MAX_EXAMINED - examined)
            users = self._users(user_id, left_out, first, last, stretch)
            found += [user for user in users if _has(user, others)]
            examined += len(users)
            if len(users) < stretch:
                last = None
                break
            last, stretch = str(users[-1]["_id"]), 2 * stretch
        if len(found) > limit:
            last = str(found[limit - 1]["_id"])
        return Found([user_card(user) for user in found[:limit]], last)

    def _users(
        self, user_id: str, left_out: list[ObjectId], terms: Alternatives, before: str | None, limit: int
    ) -> list[UserDocument]:
        older = {"$lt": ObjectId(before)} if before is not None else {}
        query = {
            "searchTerms": {"$in": list(terms)},
            "_id": {"$nin": left_out, **older},
            "blocked": {"$ne": user_id},
            **NOT_SUSPENDED,
        }
        with self.mongo.guard():
            return list(
                self.mongo.users.find(query, projection={**CARD, "searchTerms": 1})
                .sort("_id", DESCENDING)
                .limit(limit)
                # With the index on `blocked` MongoDB would have to sort all users first.
                .hint([("searchTerms", ASCENDING), ("_id", DESCENDING)])
            )


def _has(user: UserDocument, wanted: Sequence[Alternatives]) -> bool:
    return all(not frozenset(terms).isdisjoint(user["searchTerms"]) for terms in wanted)
