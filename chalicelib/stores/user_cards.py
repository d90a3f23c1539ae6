"""User cards: the fields of a user that lists show."""

from collections.abc import Collection
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import UserDocument
from chalicelib.models.responses import UserCard
from chalicelib.stores.users import NOT_SUSPENDED

CARD = dict.fromkeys(("firstName", "lastName", "about", "skills", "photoUrl", "age", "gender"), 1)
"""The projection of a user to what a card shows."""


def user_card(user: UserDocument) -> UserCard:
    """Make a card of a user of whom CARD was read."""
    return UserCard(
        userId=str(user["_id"]),
        firstName=user["firstName"],
        lastName=user["lastName"],
        about=user["about"],
        skills=user["skills"],
        photoUrl=user["photoUrl"],
        age=user["age"],
        gender=user["gender"],
    )


@dataclass(frozen=True)
class UserCards:
    """Reads cards from MongoDB, in one query for any number: cached users would cost one read for each miss."""

    mongo: MongoDatabase

    def of(self, user_ids: Collection[str]) -> dict[str, UserCard]:
        """Return {userId: card}, without the users who do not exist or are suspended. Raises Unavailable."""
        with self.mongo.guard():
            return {
                str(user["_id"]): user_card(user)
                for user in self.mongo.users.find(
                    {"_id": {"$in": [ObjectId(user_id) for user_id in user_ids]}, **NOT_SUSPENDED},
                    projection=CARD,
                )
            }
