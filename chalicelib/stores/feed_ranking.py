"""Whom a feed shows first: users who share skills or connections with its reader, out of bounded numbers of both."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo import DESCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.stores.connections import NEWEST_FIRST

MAX_SKILLS = 10
MAX_USERS_OF_A_SKILL = 100
MAX_FRIENDS = 100
MAX_FRIENDS_OF_FRIENDS = 2_000
MAX_RANKED = 200
"""How long a ranked list is at most. The rest of the feed is in the order of the accounts' age."""


@dataclass(frozen=True)
class FeedRanking:
    """Reads the newest of everything: connections of the reader, connections of those, and users of each skill."""

    mongo: MongoDatabase

    def best(self, user_id: str, skills: Sequence[str]) -> list[ObjectId]:
        """Return up to MAX_RANKED users who share something with a user, those who share most first.

        `skills` are terms of search_terms.py. Each shared skill and each shared connection counts one; of equals the
        newer account is first. The reader's newest connections are left out, blocks are not looked at.
        Raises Unavailable.
        """
        with self.mongo.guard():
            mutual = self._mutual(user_id)
            shared = self._of_skills(skills)
            others = [each for each, _ in mutual.most_common(2 * MAX_RANKED) if each not in shared]
            shared |= self._shared(others, skills)
        scores = {each: number + mutual[each] for each, number in shared.items()}
        scores.pop(ObjectId(user_id), None)
        ranked = sorted(scores, key=lambda each: (scores[each], each), reverse=True)
        return [each for each in ranked if scores[each] > 0][:MAX_RANKED]

    def _mutual(self, user_id: str) -> Counter[ObjectId]:
        """How many of the reader's connections others are connected with; below 0 for the connections themselves."""
        friends = {_other(each, user_id) for each in self._connections([user_id], MAX_FRIENDS)}
        mutual: Counter[ObjectId] = Counter()
        if not friends:
            return mutual
        for connection in self._connections(sorted(friends), MAX_FRIENDS_OF_FRIENDS):
            for friend in friends.intersection(connection["userIds"]):
                mutual[ObjectId(_other(connection, friend))] += 1
        for friend in friends:
            mutual[ObjectId(friend)] = -MAX_FRIENDS_OF_FRIENDS
        return mutual

    def _connections(self, user_ids: Sequence[str], limit: int) -> Sequence[Mapping[str, Any]]:  # Any: BSON
        query = {"userIds": user_ids[0] if len(user_ids) == 1 else {"$in": user_ids}, "status": "accepted"}
        return list(self.mongo.connections.find(query, {"userIds": 1}).sort(NEWEST_FIRST).limit(limit))

    def _of_skills(self, skills: Sequence[str]) -> dict[ObjectId, int]:
        """How many skills the newest users of each skill share with the reader."""
        if not skills:
            return {}
        users = self.mongo.users
        first, *others = [_newest(skill, skills) for skill in skills[:MAX_SKILLS]]
        united = [{"$unionWith": {"coll": users.name, "pipeline": pipeline}} for pipeline in others]
        found: Iterable[Mapping[str, Any]] = users.aggregate([*first, *united])  # Any: a field that it computes
        return {each["_id"]: each["shared"] for each in found}

    def _shared(self, user_ids: Sequence[ObjectId], skills: Sequence[str]) -> dict[ObjectId, int]:
        """How many skills these users share with the reader, without those who no longer exist."""
        if not user_ids:
            return {}
        query = {"_id": {"$in": list(user_ids)}}
        found: Iterable[Mapping[str, Any]] = self.mongo.users.find(query, {"shared": _shared(skills)})  # Any: as above
        return {each["_id"]: each["shared"] for each in found}


def _newest(skill: str, skills: Sequence[str]) -> list[Mapping[str, object]]:
    """The pipeline that finds the newest users with a skill, and how many of all the skills they have."""
    return [
        {"$match": {"searchTerms": skill}},
        {"$sort": {"_id": DESCENDING}},
        {"$limit": MAX_USERS_OF_A_SKILL},
        {"$project": {"shared": _shared(skills)}},
    ]


def _shared(skills: Sequence[str]) -> dict[str, object]:
    terms = {"$ifNull": ["$searchTerms", []]}
    return {"$size": {"$setIntersection": [terms, {"$literal": list(skills)}]}}


def _other(connection: Mapping[str, Any], user_id: str) -> str:  # Any: BSON
    [other] = (each for each in connection["userIds"] if each != user_id)
    return str(other)
