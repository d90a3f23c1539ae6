"""The relay: publishes the events that are still pending, because Kafka, a function or an acknowledgement was lost.

Run by one process at a time. It finds them by the sparse index on `pendingEvents.at` of each collection.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.collection import Collection

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import KafkaUnavailable
from chalicelib.events.envelope import Envelope
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import PendingEvent

GRACE = timedelta(seconds=10)
"""A younger event is left to the handler that wrote it, which is probably about to publish it."""

BATCH = 500
_PENDING = {"pendingEvents.at": {"$exists": True}}
"""Without a time: the index of an array gives its order to a query of all of it, and to no other."""


@dataclass(frozen=True)
class Pending:
    """An event that waits in a document."""

    event: Envelope
    at: datetime
    collection: "Collection[Any]"  # Any: documents of every kind carry events
    document_id: object


@dataclass(frozen=True)
class Relay:
    mongo: MongoDatabase
    publisher: Publisher
    clock: Clock
    grace: timedelta = GRACE

    def run(self) -> int:
        """Publish up to BATCH of the oldest pending events, a user's in their order; returns how many.

        Raises KafkaUnavailable, Unavailable. An event is published again where its clean-up was lost.
        """
        due = self._due()
        published = 0
        try:
            # A round holds one event of each user: where one of it is lost, none of a user's later ones is ahead of it.
            for round_of_users in _rounds(due):
                self.publisher.publish_all([one.event for one in round_of_users])
                self._confirm(round_of_users)
                published += len(round_of_users)
        except KafkaUnavailable:
            if not published:
                raise
        return published

    def oldest(self) -> datetime | None:
        """When the oldest pending event was written. Raises Unavailable."""
        with self.mongo.guard():
            oldest = [self._oldest_of(collection) for collection in self.mongo.event_carriers]
        return min((at for at in oldest if at is not None), default=None)

    def _due(self) -> list[Pending]:
        """The oldest events whose grace has passed, in the order in which they were written.

        Where a collection has more than BATCH, a later event of another collection might be ahead of one that was not
        read: so nothing later than the last one read there is taken.
        """
        until = self.clock() - self.grace
        found: list[Pending] = []
        with self.mongo.guard():
            for collection in self.mongo.event_carriers:
                documents = list(
                    collection.find(_PENDING, projection={"pendingEvents": 1})
                    .sort("pendingEvents.at", ASCENDING)
                    .limit(BATCH)
                )
                events = [
                    Pending(_envelope(entry), entry["at"], collection, document["_id"])
                    for document in documents
                    for entry in document["pendingEvents"]
                ]
                if len(documents) == BATCH:
                    until = min(until, max(_first_at(document["pendingEvents"]) for document in documents))
                found += events
        due = [one for one in found if one.at <= until]
        return sorted(due, key=lambda one: (one.at, one.event.eventId))

    def _confirm(self, published: list[Pending]) -> None:
        by_collection: dict[str, list[Pending]] = {}
        for one in published:
            by_collection.setdefault(one.collection.name, []).append(one)
        with self.mongo.guard():
            for pending in by_collection.values():
                pending[0].collection.bulk_write(
                    [
                        UpdateOne(
                            {"_id": one.document_id}, {"$pull": {"pendingEvents": {"eventId": one.event.eventId}}}
                        )
                        for one in pending
                    ],
                    ordered=False,
                )

    @staticmethod
    def _oldest_of(collection: "Collection[Any]") -> datetime | None:
        document = collection.find_one(
            _PENDING,
            projection={"pendingEvents.at": 1},
            sort=[("pendingEvents.at", ASCENDING)],
        )
        return _first_at(document["pendingEvents"]) if document and document["pendingEvents"] else None


def _rounds(pending: list[Pending]) -> list[list[Pending]]:
    """The n-th events of all users together, for each n."""
    rounds: list[list[Pending]] = []
    seen: dict[str, int] = {}
    for one in pending:
        number = seen.get(one.event.userId, 0)
        seen[one.event.userId] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(one)
    return rounds


def _first_at(entries: list[PendingEvent]) -> datetime:
    return min(entry["at"] for entry in entries)


def _envelope(entry: PendingEvent) -> Envelope:
    return Envelope(
        eventId=entry["eventId"],
        eventType=entry["eventType"],
        userId=entry["userId"],
        timestamp=entry["timestamp"],
        version=entry["version"],
        data=entry["data"],
    )
