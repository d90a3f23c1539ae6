"""Users and their profiles."""

from datetime import timedelta

import msgspec
from bson import ObjectId
from msgspec import UNSET
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import CachedRecord
from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import Read, RedisClient
from chalicelib.clock import Clock
from chalicelib.errors import EmailTaken, NotFound
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending, superseding
from chalicelib.models.answers import UserAnswer
from chalicelib.models.documents import UserDocument
from chalicelib.models.requests import Signup

TTL = timedelta(minutes=30)


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A user without the password hash: what the cache holds."""

    userId: str
    firstName: str
    lastName: str
    emailId: str
    about: str | None
    skills: list[str]
    photoUrl: str | None
    age: int | None
    gender: str | None
    blocked: list[str]
    sessionEpoch: int

    def answer(self, *, to_oneself: bool = False) -> UserAnswer:
        return UserAnswer(
            userId=self.userId,
            firstName=self.firstName,
            lastName=self.lastName,
            about=self.about,
            skills=self.skills,
            photoUrl=self.photoUrl,
            age=self.age,
            gender=self.gender,
            emailId=self.emailId if to_oneself else UNSET,
        )


class LoginRecord(msgspec.Struct, frozen=True):
    """What a login reads, in one read of the truth: the hash and the epoch belong together."""

    user: User
    password_hash: bytes


class Users:
    def __init__(self, store: MongoStore, redis: RedisClient, invalidator: Invalidator, clock: Clock) -> None:
        self._store = store
        self._invalidator = invalidator
        self._clock = clock
        self._cache = CachedRecord(redis, "user:", TTL, User, self._load)

    def read(self, user_id: str) -> Read[User | None]:
        return self._cache.read(user_id)

    def warming(self, user_id: str) -> Read[bool]:
        return self._cache.warming(user_id)

    def key(self, user_id: str) -> str:
        """Of the cached copy."""
        return self._cache.key(user_id)

    def forget(self, *user_ids: str) -> None:
        """Delete the cached copies of users. Raises Unavailable."""
        self._invalidator.delete(*map(self.key, user_ids))

    def reload(self, user_id: str) -> User | None:
        """The truth, in place of a copy that is known to be old. Raises Unavailable."""
        self.forget(user_id)
        return self._load(user_id)

    def read_for_login(self, email_id: str) -> LoginRecord | None:
        """Raises Unavailable."""
        with self._store.guard():
            document = self._store.users.find_one({"emailId": email_id})
        return LoginRecord(_user(document), document["passwordHash"]) if document else None

    def create(self, user_id: ObjectId, signup: Signup, email_id: str, password_hash: bytes) -> tuple[User, Written]:
        """Store a new user with its USER_SIGNUP. Raises EmailTaken, Unavailable."""
        now = self._clock()
        event = new_event("USER_SIGNUP", str(user_id), self._clock, emailId=email_id, firstName=signup.firstName)
        document = UserDocument(
            _id=user_id,
            firstName=signup.firstName,
            lastName=signup.lastName,
            emailId=email_id,
            passwordHash=password_hash,
            about=None,
            skills=[],
            photoUrl=None,
            age=None,
            gender=None,
            role="user",
            blocked=[],
            sessionEpoch=0,
            createdAt=now,
            updatedAt=now,
            pendingEvents=[pending(event, self._clock)],
        )
        try:
            with self._store.guard():
                self._store.users.insert_one(document)
        except DuplicateKeyError as error:
            raise EmailTaken from error
        user = _user(document)
        self._cache.put(user.userId, user)
        return user, Written(event, self._store.users, user_id)

    def change(self, user_id: str, fields: dict[str, object]) -> tuple[User, Written]:
        """Set fields of the profile, with one PROFILE_UPDATED. Raises NotFound, Unavailable."""
        event = new_event("PROFILE_UPDATED", user_id, self._clock, fields=sorted(fields))
        with self._store.guard():
            document = self._store.users.find_one_and_update(
                {"_id": ObjectId(user_id)},
                [
                    {
                        "$set": _literally(fields)
                        | {"updatedAt": self._clock(), "pendingEvents": superseding(event, self._clock)}
                    }
                ],
                return_document=ReturnDocument.AFTER,
            )
        if document is None:
            raise NotFound
        self.forget(user_id)
        return _user(document), Written(event, self._store.users, document["_id"])

    def _load(self, user_id: str) -> User | None:
        with self._store.guard():
            document = self._store.users.find_one({"_id": ObjectId(user_id)})
        return _user(document) if document else None


def _literally(fields: dict[str, object]) -> dict[str, object]:
    """In an aggregation a text that begins with $ would be read as a field's path."""
    return {name: {"$literal": value} for name, value in fields.items()}


def _user(document: UserDocument) -> User:
    return User(
        userId=str(document["_id"]),
        firstName=document["firstName"],
        lastName=document["lastName"],
        emailId=document["emailId"],
        about=document["about"],
        skills=document["skills"],
        photoUrl=document["photoUrl"],
        age=document["age"],
        gender=document["gender"],
        blocked=document["blocked"],
        sessionEpoch=document["sessionEpoch"],
    )
