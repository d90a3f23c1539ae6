"""User cards: the few fields of a user that lists and notifications show."""

from collections.abc import Collection
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import UserDocument
from chalicelib.models.responses import UserCard


def user_card(user: UserDocument) -> UserCard:
    """Make a card. Of the document, only `_id`, firstName, lastName and photoUrl need to have been read."""
    return UserCard(
        userId=str(user["_id"]),
        firstName=user["firstName"],
        lastName=user["lastName"],
        photoUrl=user["photoUrl"],
    )


@dataclass(frozen=True)
class UserCards:
    """Reads cards from MongoDB, in one query for any number: cached users would cost one read for each miss."""

    mongo: MongoDatabase

    def of(self, user_ids: Collection[str]) -> dict[str, UserCard]:
        """Return {userId: card}, without the users who do not exist. Raises Unavailable."""
        with self.mongo.guard():
            return {
                str(user["_id"]): user_card(user)
                for user in self.mongo.users.find(
                    {"_id": {"$in": [ObjectId(user_id) for user_id in user_ids]}},
                    projection={"firstName": 1, "lastName": 1, "photoUrl": 1},
                )
            }
