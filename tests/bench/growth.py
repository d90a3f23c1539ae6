"""The same operations on few documents and on many: what they cost must not grow with the collections."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import click
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.write_concern import WriteConcern

from chalicelib import settings
from chalicelib.models.documents import MessageDocument
from chalicelib.models.pairs import pair_id
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from infra.provision.indexes import create_indexes
from tests.bench.samples import Measured, measure_each
from tests.support.conversations import conversation_of
from tests.support.users import unknown_user_id

IN_ONE = 1_000
"""How many messages a conversation has; at the beginning there is one."""

MANY, USERS = 1_000_000, 100_000
DATABASE = "/growth"


def grow(environment: Mapping[str, str], rounds: int) -> dict[str, tuple[Measured, Measured]]:
    """Returns each operation's figures with IN_ONE messages and a user, and with MANY messages and USERS users."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path=DATABASE).geturl()
    create_indexes(uri)
    wiring = Wiring(settings.load({**environment, "MONGODB_URI": uri}))
    client: MongoClient[Any] = MongoClient(uri)  # Any: BSON
    try:
        with client:
            database = client.get_default_database()
            quickly = database.with_options(write_concern=WriteConcern(w=1))
            first = _converse(quickly)
            _sign_up(quickly, 0, 1)
            calls = _calls(wiring, *first.split(":"))
            few = measure_each(calls, number=300, rounds=rounds)
            _sign_up(quickly, 1, USERS)
            with click.progressbar(range(MANY // IN_ONE - 1), label=f"{MANY:,} messages") as conversations:
                for _ in conversations:
                    _converse(quickly)
            many = measure_each(calls, number=300, rounds=rounds)
            client.drop_database(database.name)
    finally:
        wiring.close()
    return {name: (few[name], many[name]) for name in calls}


def _calls(wiring: Wiring, ada: str, bob: str) -> dict[str, Callable[[], object]]:
    conversation = pair_id(ada, bob)
    return {
        "commit of a message": lambda: wiring.message_commits.commit(ada, bob, [Draft("hi")]),
        "page of 50, from the middle": lambda: wiring.message_store.page(
            conversation, before=IN_ONE // 2, after=None, limit=50
        ),
        "list of conversations": lambda: wiring.conversation_store.page(ada, before=None, limit=20),
        "user by address": lambda: wiring.user_store.read_for_login("user-0@example.org"),
    }


def _converse(database: Database[Any]) -> str:
    """Stores a conversation of IN_ONE messages, and returns its id."""
    messages = list(_past(unknown_user_id(), unknown_user_id()))
    database["messages"].insert_many(messages[:-1], ordered=False)
    conversation = conversation_of(messages, moved=IN_ONE - 1)
    database["conversations"].insert_one(conversation)
    return conversation["_id"]


def _past(ada: str, bob: str) -> Iterator[MessageDocument]:
    for seq in range(1, IN_ONE + 1):
        message_id = ObjectId()
        sender, receiver = (ada, bob) if seq % 2 else (bob, ada)
        yield MessageDocument(
            _id=message_id,
            conversationId=pair_id(ada, bob),
            seq=seq,
            fromUserId=sender,
            toUserId=receiver,
            clientMessageId=f"{seq:08}",
            text="as it was said before",
            ts=datetime.now(UTC),
            pendingEvents=[],
        )


def _sign_up(database: Database[Any], first: int, count: int) -> None:
    now = datetime.now(UTC)
    database["users"].insert_many(
        [
            {
                "_id": ObjectId(),
                "firstName": "Ada",
                "lastName": "Lovelace",
                "emailId": f"user-{number}@example.org",
                "passwordHash": b"",
                "about": None,
                "skills": [],
                "photoUrl": None,
                "age": None,
                "gender": None,
                "role": "user",
                "blocked": [],
                "sessionEpoch": 0,
                "createdAt": now,
                "updatedAt": now,
                "pendingEvents": [],
            }
            for number in range(first, first + count)
        ],
        ordered=False,
    )
