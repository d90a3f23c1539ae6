"""Users as lists and sentences show them: who they are in a few words."""

from collections.abc import Collection

from bson import ObjectId

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.models.answers import PersonAnswer
from chalicelib.models.documents import UserDocument


def person(user: UserDocument) -> PersonAnswer:
    """From `_id`, firstName, lastName and photoUrl: no more needs to be read."""
    return PersonAnswer(
        userId=str(user["_id"]),
        firstName=user["firstName"],
        lastName=user["lastName"],
        photoUrl=user["photoUrl"],
    )


class People:
    """Read from MongoDB in one query for any number, as copies of single users would be a read for each miss."""

    def __init__(self, store: MongoStore) -> None:
        self._store = store

    def of(self, user_ids: Collection[str]) -> dict[str, PersonAnswer]:
        """{userId: person}, without those that do not exist. Raises Unavailable."""
        with self._store.guard():
            return {
                str(user["_id"]): person(user)
                for user in self._store.users.find(
                    {"_id": {"$in": [ObjectId(user_id) for user_id in user_ids]}},
                    projection={"firstName": 1, "lastName": 1, "photoUrl": 1},
                )
            }
