"""The relay: it publishes the events that are still pending after Kafka, a function or an acknowledgement was lost.

One process at a time runs it. It finds the events by the sparse index on `pendingEvents.at` of each collection.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET
from pymongo import ASCENDING, UpdateOne
from pymongo.collection import Collection

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import KafkaUnavailable
from chalicelib.events.envelope import Envelope
from chalicelib.events.outbox import without
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import PendingEvent
from chalicelib.stores.conversation_tail import EVENTS, numbered_events

GRACE = timedelta(seconds=10)
"""A younger event is left to the handler that stored it, which is probably about to publish it."""

BATCH = 500
_PENDING = {"pendingEvents.at": {"$exists": True}}
"""This has no limit on the time, as the index of an array can sort only a query without one."""


@dataclass(frozen=True)
class Pending:
    """A pending event, and the document that contains it."""

    event: Envelope
    at: datetime
    collection: "Collection[Any]"  # Any: documents of every kind carry events
    document_id: object


@dataclass(frozen=True)
class Relay:
    """Publishes the pending events whose `grace` has passed."""

    mongo: MongoDatabase
    publisher: Publisher
    clock: Clock
    grace: timedelta = GRACE

    def run(self) -> int:
        """Publish the oldest pending events, those of a user in order. Returns how many these were.

        It reads at most BATCH documents of each collection. An event is published again where its removal from its
        document is lost. Raises KafkaUnavailable, Unavailable.
        """
        published = 0
        try:
            # A round has one event of each user. So where one of them is lost, no later event of its user is ahead.
            for pending in _rounds(self._due()):
                self.publisher.publish_all([waiting.event for waiting in pending])
                self._confirm(pending)
                published += len(pending)
        except KafkaUnavailable:
            if not published:
                raise
        return published

    def oldest(self) -> datetime | None:
        """Return when the oldest pending event was stored, or None where there is none. Raises Unavailable."""
        with self.mongo.guard():
            oldest = [self._oldest_of(collection) for collection in self.mongo.event_carriers]
        return min((at for at in oldest if at is not None), default=None)

    def _due(self) -> list[Pending]:
        """Return the oldest events whose grace has passed, in the order in which they were stored.

        Where a collection has more than BATCH documents, a later event of another collection could overtake one that
        was not read. So only events up to the last one that was read there are returned.
        """
        until = self.clock() - self.grace
        pending: list[Pending] = []
        with self.mongo.guard():
            for collection in self.mongo.event_carriers:
                documents = list(
                    collection.find(_PENDING, projection=EVENTS).sort("pendingEvents.at", ASCENDING).limit(BATCH)
                )
                events = [
                    Pending(_envelope(entry), entry["at"], collection, document["_id"])
                    for document in documents
                    for entry in numbered_events(document)
                ]
                if len(documents) == BATCH:
                    until = min(until, max(_first_at(document["pendingEvents"]) for document in documents))
                pending += events
        due = [waiting for waiting in pending if waiting.at <= until]
        return sorted(due, key=lambda waiting: (waiting.at, waiting.event.eventId))

    def _confirm(self, published: list[Pending]) -> None:
        by_collection: dict[str, list[Pending]] = {}
        for done in published:
            by_collection.setdefault(done.collection.name, []).append(done)
        with self.mongo.guard():
            for group in by_collection.values():
                group[0].collection.bulk_write(
                    [UpdateOne({"_id": done.document_id}, without([done.event.eventId])) for done in group],
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
    """Group events so that the n-th group contains the n-th event of each user."""
    rounds: list[list[Pending]] = []
    events_of_user: Counter[str] = Counter()
    for waiting in pending:
        number = events_of_user[waiting.event.userId]
        events_of_user[waiting.event.userId] += 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(waiting)
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
        traceparent=entry.get("traceparent", UNSET),
    )
