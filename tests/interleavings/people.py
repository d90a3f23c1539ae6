"""Fresh users for each execution: documents as a sign-up has stored them, those of many users by two writes."""

import copy
import secrets
from collections import deque
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

import msgspec
from bson import ObjectId

from chalicelib.models.documents import UserDocument
from chalicelib.models.requests import Login
from chalicelib.security.tokens import SESSION_LIFETIME, Credentials
from chalicelib.services.accounts import ClientIdentity
from chalicelib.stores.sessions import Session
from chalicelib.stores.users import user_of
from tests.interleavings.world import World
from tests.support.users import PASSWORD, sign_up

TOGETHER = 100
"""How many users are stored at once. As all executions begin at the same time, users may wait for theirs."""

IP = "127.0.0.1"
CLIENT = ClientIdentity(ip=IP, user_agent="tests")


@dataclass(frozen=True)
class Person:
    user_id: str
    email_id: str
    credentials: Credentials

    @property
    def login(self) -> Login:
        return Login(emailId=self.email_id, password=PASSWORD)


class People:
    """Makes users with a session each, in a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._fresh: deque[Person] = deque()
        signed_up = sign_up(world.observer)
        mongo = world.observer.mongo
        user = mongo.users.find_one_and_update(
            {"emailId": signed_up.user.emailId}, {"$set": {"pendingEvents": [], "knownNetworks": [IP]}}
        )
        session = mongo.sessions.find_one({"_id": signed_up.credentials.session_id})
        assert user is not None
        assert session is not None
        self._user, self._session = {**user, "pendingEvents": [], "knownNetworks": [IP]}, session

    def make(self, number: int, *, cached: bool = True, asked_first: bool = False) -> list[Person]:
        """Make users, by ascending userId. With `cached`, Redis has copies of them and of their sessions.

        With `asked_first`, what strangers write to them is a request.
        """
        if len(self._fresh) < number:
            self._fresh.extend(self._insert(TOGETHER))
        people = [self._fresh.popleft() for _ in range(number)]
        if asked_first:
            ids = [ObjectId(person.user_id) for person in people]
            self._world.observer.mongo.users.update_many({"_id": {"$in": ids}}, {"$set": {"strangersAsk": True}})
        if cached:
            self.cache(people, asked_first=asked_first)
        return people

    def _insert(self, number: int) -> list[Person]:
        now = self._world.begins_at
        users, sessions, people = [], [], []
        for _ in range(number):
            user_id, session_id, email_id = ObjectId(), uuid4().hex, f"{secrets.token_hex(8)}@example.org"
            users.append({**copy.deepcopy(self._user), "_id": user_id, "emailId": email_id})
            times = {"createdAt": now, "expiresAt": now + SESSION_LIFETIME, "lastUsedAt": now}
            sessions.append({**self._session, "_id": session_id, "userId": str(user_id), **times})
            credentials = Credentials(str(user_id), session_id, now + SESSION_LIFETIME)
            people.append(Person(str(user_id), email_id, credentials))
        database = self._world.observer.mongo.database
        database["users"].insert_many(users)
        database["sessions"].insert_many(sessions)
        return people

    def cache(
        self, people: list[Person], *, sessions: bool = True, users: bool = True, asked_first: bool = False
    ) -> None:
        """Put copies of users, and of their sessions, into Redis."""
        pipeline = self._world.redis.pipeline(transaction=False)
        for person in people:
            session = Session(person.user_id, 0, person.credentials.expires_at, ended=False)
            own = {"_id": ObjectId(person.user_id), "emailId": person.email_id, "strangersAsk": asked_first}
            document = {**self._user, **own}
            user = user_of(cast("UserDocument", document))
            if sessions:
                pipeline.set(f"session:{person.credentials.session_id}", msgspec.json.encode(session))
            if users:
                pipeline.set(self._world.observer.user_store.cache_key(person.user_id), msgspec.json.encode(user))
        pipeline.execute()
