"""Brings a MongoDB that was restored from a backup in step with Kafka: what events say comes back, or is named."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice

import msgspec
from bson import ObjectId
from pymongo import DESCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import iso
from chalicelib.consumer.pipeline.ledger import KEPT
from chalicelib.models.documents import UserDocument
from chalicelib.wiring import Wiring
from infra.ops.long_reads import without_timeout
from infra.ops.reconciling.cases import restore_cases
from infra.ops.reconciling.changes import restore_changes
from infra.ops.reconciling.leaving import leave_again
from infra.ops.reconciling.logged import Logged
from infra.ops.reconciling.places import fill
from infra.ops.reconciling.seen import Seen
from infra.ops.reconciling.sessions import end_all
from infra.ops.reconciling.settling import settling
from infra.ops.reconciling.steps import restore_connection, restore_reads

Watch = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Shows the progress of something of a size: infra/ops/rendering.py."""

_BATCH = 500


class Lost(msgspec.Struct, frozen=True):
    """The users whom something is lost of that no event holds, sorted.

    `accounts` are gone, with their conversations; of `passwords` the former ones are valid again; `profiles` are as
    they were at the backup.
    """

    accounts: list[str]
    passwords: list[str]
    profiles: list[str]


class Reconciled(msgspec.Struct, frozen=True):
    """How many events were recorded again, places of lost messages filled (in `conversations` conversations), changes
    of messages numbered again, steps of connections, read marks, and reports and acts (`cases`) restored, accounts
    ended that their users had left, and of how many users all sessions were ended.
    """

    recorded: int
    places: int
    conversations: int
    changes: int
    connections: int
    reads: int
    cases: int
    left: int
    usersLoggedOut: int
    lost: Lost


def reconcile(wiring: Wiring, logged: Logged, watch: Watch) -> Reconciled:
    """Reconcile with what Kafka holds. It may be repeated, also after it was interrupted.

    Raises PyMongoError, Unavailable, RedisUnavailable, KafkaError, and click.ClickException where somebody else writes.
    """
    mongo = wiring.mongo
    with without_timeout():
        seen = Seen()
        recorded = _settle(wiring, logged, seen, watch)
        users = _users(mongo, seen.users())
        lost = _lost(seen, users)
        filled: list[int] = []
        with watch("Filling places", len(seen.messages)) as advance:
            for conversation_id, sent in seen.messages.items():
                if users.keys() >= set(conversation_id.split(":")):
                    filled.append(fill(mongo, conversation_id, sent))
                advance(1)
        changes = sum(
            restore_changes(mongo, conversation_id, made)
            for conversation_id, made in seen.changes.items()
            if users.keys() >= set(conversation_id.split(":"))
        )
        connections = sum(
            restore_connection(mongo, pair, steps)
            for pair, steps in seen.connections.items()
            if users.keys() >= set(pair.split(":"))
        )
        return Reconciled(
            recorded=recorded,
            places=sum(filled),
            conversations=sum(1 for count in filled if count),
            changes=changes,
            connections=connections,
            reads=restore_reads(mongo, seen.reads),
            cases=restore_cases(mongo, wiring.suspensions, seen.cases),
            left=leave_again(wiring, seen.left),
            usersLoggedOut=end_all(mongo, wiring.clock),
            lost=lost,
        )


def recorded_until(mongo: MongoDatabase, now: datetime) -> datetime | None:
    """Return when the backup's consumer last recorded an event, or None if it never did. Raises PyMongoError."""
    # The ledger keeps a replayed dead letter for longer than any other event.
    newest = mongo.processed_events.find_one({"expiresAt": {"$lte": now + KEPT}}, sort=[("expiresAt", DESCENDING)])
    return None if newest is None else newest["expiresAt"] - KEPT


def _settle(wiring: Wiring, logged: Logged, seen: Seen, watch: Watch) -> int:
    dead = logged.dead_letters()
    settle = settling(wiring).settle
    recorded = 0
    with watch("Reading events", len(logged)) as advance:
        events = logged.events()
        while batch := list(islice(events, _BATCH)):
            for entry, _was_committed in batch:
                seen.add(entry.event)
            recorded += settle([entry for entry, was_committed in batch if was_committed], dead)
            advance(len(batch))
    return recorded


def _users(mongo: MongoDatabase, user_ids: Iterable[str]) -> dict[str, UserDocument]:
    """Return those users that MongoDB has, with the fields that `_lost` compares."""
    remaining: Iterator[str] = iter(set(user_ids))
    users: dict[str, UserDocument] = {}
    while batch := list(islice(remaining, _BATCH)):
        found = mongo.users.find({"_id": {"$in": list(map(ObjectId, batch))}}, {"sessionEpoch": 1, "updatedAt": 1})
        users |= {str(user["_id"]): user for user in found}
    return users


def _lost(seen: Seen, users: dict[str, UserDocument]) -> Lost:
    return Lost(
        accounts=sorted(seen.signups - users.keys()),
        passwords=sorted(
            user_id
            for user_id, epoch in seen.passwords.items()
            if user_id in users and users[user_id]["sessionEpoch"] < epoch
        ),
        profiles=sorted(
            user_id
            for user_id, at in seen.profiles.items()
            if user_id in users and iso(users[user_id]["updatedAt"]) < at
        ),
    )
