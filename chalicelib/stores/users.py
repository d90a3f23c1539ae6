"""Users and their profiles."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.leases import CachedRecord
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock
from chalicelib.errors import EmailTaken, NotFound
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending, superseding
from chalicelib.models.documents import UserDocument
from chalicelib.models.fields import MessagesFrom, Reason, VisibleTo
from chalicelib.models.notification_preferences import NotificationPreferences
from chalicelib.models.profile import Profile, empty_profile
from chalicelib.models.requests import Signup
from chalicelib.models.responses import UserResponse
from chalicelib.models.search_terms import MARK_LENGTH, marks_of, profile_terms
from chalicelib.stores.visibility import SETTINGS

TTL = timedelta(minutes=30)
KNOWN_NETWORKS = 10
USER, MODERATOR, ADMIN = "user", "moderator", "admin"
"""The values of `role`."""

NOT_SUSPENDED: dict[str, object] = {"suspension": {"$exists": False}}
"""The condition that a user is not suspended. Lists of people have it, and whatever opens an account."""

_WHERE_ABSENT: dict[str, object] = {
    "emailVerified": False,
    "presenceFor": "everyone",
    "lastSeenFor": "everyone",
    "notify": {},
    "deletedAt": None,
    "suspension": None,
    "role": USER,
}
"""What it means where a document lacks one of these fields, such as that of an account of an earlier release."""


class Suspension(msgspec.Struct, frozen=True):
    """That a user is suspended by an act on a case."""

    caseId: str
    reason: Reason
    at: datetime


class User(Profile, frozen=True, kw_only=True):
    """A user without the password hash: what the cache holds.

    Every field is required. So a copy of an earlier release, which lacks one, is no copy: it would say that nobody has
    left, or is suspended.
    """

    emailId: str
    emailVerified: bool
    blocked: list[str]
    sessionEpoch: int
    messagesFrom: MessagesFrom
    presenceFor: VisibleTo
    lastSeenFor: VisibleTo
    notify: NotificationPreferences
    deletedAt: datetime | None
    suspension: Suspension | None
    role: str

    @property
    def has_left(self) -> bool:
        """Whether the account has ended. Its messages stay, but nobody can write to it or see it."""
        return self.deletedAt is not None

    @property
    def is_absent(self) -> bool:
        """Whether the user has left or is suspended. Others are told the same of both: there is no such user."""
        return self.has_left or self.suspension is not None

    @property
    def is_invisible(self) -> bool:
        """Whether the user appears offline to everybody."""
        return self.presenceFor == "nobody"

    @property
    def hides_last_seen(self) -> bool:
        return self.is_invisible or self.lastSeenFor == "nobody"

    def response(self, *, with_email: bool = False) -> UserResponse:
        """The profile as the API shows it. Only the user's own is shown `with_email`, and with their settings."""
        profile = {name: getattr(self, name) for name in Profile.__struct_fields__}
        if not with_email:
            return UserResponse(**profile)
        return UserResponse(
            **profile,
            emailId=self.emailId,
            emailVerified=self.emailVerified,
            messagesFrom=self.messagesFrom,
            presenceFor=self.presenceFor,
            lastSeenFor=self.lastSeenFor,
        )


class LoginRecord(msgspec.Struct, frozen=True):
    """The user and the password hash, read together from MongoDB so that the epoch belongs to the hash.

    `known_networks` are those from which the account was logged in to: at most KNOWN_NETWORKS, the newest last.
    `former_addresses` are the last few that the account has had before.
    """

    user: User
    password_hash: bytes
    known_networks: list[str]
    former_addresses: list[str]


class UserStore:
    def __init__(self, *, mongo: MongoDatabase, redis: RedisClient, invalidator: Invalidator, clock: Clock) -> None:
        self._mongo = mongo
        self._invalidator = invalidator
        self._clock = clock
        self._cache = CachedRecord(redis=redis, prefix="user:", ttl=TTL, record_type=User, load=self._load)

    def lookup(self, user_id: str) -> Lookup[User | None]:
        return self._cache.lookup(user_id)

    def ensure_cached(self, user_id: str) -> Lookup[bool]:
        return self._cache.ensure_cached(user_id)

    def cache_key(self, user_id: str) -> str:
        """The Redis key of the user's cached copy."""
        return self._cache.key(user_id)

    def forget(self, *user_ids: str) -> None:
        """Delete the cached copies of users. Raises Unavailable."""
        self._invalidator.delete(*map(self.cache_key, user_ids))

    def reload(self, user_id: str) -> User | None:
        """Read a user from MongoDB, and delete the cached copy, which is known to be stale. Raises Unavailable."""
        self.forget(user_id)
        return self._load(user_id)

    def read_for_login(self, *email_ids: str) -> LoginRecord | None:
        """Read the user of the first of these email addresses that has an account. Raises Unavailable."""
        with self._mongo.guard():
            found = {document["emailId"]: document for document in self._mongo.users.find(_of_addresses(email_ids))}
        document = next((found[email_id] for email_id in email_ids if email_id in found), None)
        if document is None:
            return None
        return login_record(document)

    def add_known_network(self, user: User, network: str) -> None:
        """Remember from which network the account was logged in to, in place of the oldest one. Raises Unavailable.

        It does nothing where the user's epoch has ended meanwhile: a former password makes no network known, and nobody
        who has left has one.
        """
        with self._mongo.guard():
            self._mongo.users.update_one(
                {
                    "_id": ObjectId(user.userId),
                    "sessionEpoch": user.sessionEpoch,
                    "knownNetworks": {"$ne": network},
                },
                {"$push": {"knownNetworks": {"$each": [network], "$slice": -KNOWN_NETWORKS}}},
            )

    def create(self, signup: Signup, *, email_id: str, password_hash: bytes, network: str) -> Written:
        """Store a new user with its USER_SIGNUP. Raises EmailTaken, Unavailable."""
        now = self._clock()
        user_id = ObjectId()
        event = new_event("USER_SIGNUP", str(user_id), self._clock)
        document: UserDocument = {
            **empty_profile(),
            "_id": user_id,
            "firstName": signup.firstName,
            "lastName": signup.lastName,
            "searchTerms": profile_terms({"firstName": signup.firstName, "lastName": signup.lastName}),
            "emailId": email_id,
            "emailVerified": False,
            "mailLinks": [],
            "formerAddresses": [],
            "passwordHash": password_hash,
            "knownNetworks": [network],
            "role": USER,
            "blocked": [],
            "messagesFrom": "everyone",
            "strangersAsk": True,
            "presenceFor": "everyone",
            "lastSeenFor": "everyone",
            "notify": {},
            "sessionEpoch": 0,
            "createdAt": now,
            "updatedAt": now,
            "pendingEvents": [pending(event, self._clock())],
        }
        try:
            with self._mongo.guard():
                self._mongo.users.insert_one(document)
        except DuplicateKeyError as error:
            raise EmailTaken from error
        return Written(event, self._mongo.users, user_id)

    def note_repeated_signup(self, user_id: str) -> Written:
        """Store that somebody has signed up with the address of this user: SIGNUP_REPEATED. Raises Unavailable."""
        event = new_event("SIGNUP_REPEATED", user_id, self._clock)
        with self._mongo.guard():
            self._mongo.users.update_one(
                {"_id": ObjectId(user_id)}, [{"$set": {"pendingEvents": superseding(event, self._clock)}}]
            )
        return Written(event, self._mongo.users, ObjectId(user_id))

    def change(self, user_id: str, fields: dict[str, object]) -> tuple[User, Written]:
        """Set fields of the profile, with one PROFILE_UPDATED. Raises NotFound, Unavailable.

        Where what others see of the user's presence is among them, it is a VISIBILITY_CHANGED.
        """
        event_type = "VISIBILITY_CHANGED" if SETTINGS & fields.keys() else "PROFILE_UPDATED"
        event = new_event(event_type, user_id, self._clock, fields=sorted(fields))
        with self._mongo.guard():
            document = self._mongo.users.find_one_and_update(
                # Not that of a user who left after this request was admitted, which would be personal for ever.
                {"_id": ObjectId(user_id), "deletedAt": {"$exists": False}},
                [
                    {
                        "$set": _as_literals(_stored(fields))
                        | {
                            "searchTerms": _search_terms(fields),
                            "updatedAt": self._clock(),
                            "pendingEvents": superseding(event, self._clock),
                        }
                    }
                ],
                return_document=ReturnDocument.AFTER,
            )
        if document is None:
            raise NotFound
        self.forget(user_id)
        return user_of(document), Written(event, self._mongo.users, document["_id"])

    def _load(self, user_id: str) -> User | None:
        with self._mongo.guard():
            document = self._mongo.users.find_one({"_id": ObjectId(user_id)})
        return user_of(document) if document else None


def _of_addresses(email_ids: Sequence[str]) -> dict[str, object]:
    return {"emailId": email_ids[0] if len(email_ids) == 1 else {"$in": list(email_ids)}}


def _as_literals(fields: dict[str, object]) -> dict[str, object]:
    """Quote values for an aggregation, which would take a string that begins with $ for the path of a field."""
    return {name: {"$literal": value} for name, value in fields.items()}


def _stored(fields: dict[str, object]) -> dict[str, object]:
    """Return the fields of the document that hold these settings."""
    if "messagesFrom" not in fields:
        return fields
    wanted = fields["messagesFrom"]
    return fields | {
        "messagesFrom": "connections" if wanted == "connections" else "everyone",
        "strangersAsk": wanted == "requests",
    }


def messages_from(document: UserDocument) -> MessagesFrom:
    """Return from whom a user takes messages."""
    stored = document.get("messagesFrom", "everyone")
    return "requests" if stored == "everyone" and document.get("strangersAsk") else stored


def _search_terms(fields: dict[str, object]) -> dict[str, object]:
    """Replace the terms of these fields, in an aggregation. A document without terms gets none: see UserIndex."""
    others = {
        "$filter": {
            "input": "$searchTerms",
            "cond": {"$not": {"$in": [{"$substrCP": ["$$this", 0, MARK_LENGTH]}, marks_of(fields)]}},
        }
    }
    replaced = {"$concatArrays": [others, {"$literal": profile_terms(fields)}]}
    return {"$cond": [{"$isArray": "$searchTerms"}, replaced, "$$REMOVE"]}


def user_of(document: UserDocument) -> User:
    """Return what the cache holds of a user."""
    computed = {"userId": str(document["_id"]), "messagesFrom": messages_from(document)}
    return msgspec.convert({**_WHERE_ABSENT, **document, **computed}, User)


def login_record(document: UserDocument) -> LoginRecord:
    """Return what a login, or leaving, needs of a user."""
    return LoginRecord(
        user=user_of(document),
        password_hash=document["passwordHash"],
        known_networks=document.get("knownNetworks", []),
        former_addresses=[former["emailId"] for former in document.get("formerAddresses", [])],
    )
