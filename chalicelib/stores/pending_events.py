"""The events that wait to be published, and where they wait: see docs/decisions/0022-the-event-of-a-message-is-made.md.

Most are in `pendingEvents` of the document that caused them. Those of messages in a conversation's tail are only listed
there, and are made from their messages.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING
from pymongo.collection import Collection

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.events.envelope import Envelope
from chalicelib.stores.conversation_tail import places
from chalicelib.stores.message_events import sent_event

Document = dict[str, Any]
"""A document of any kind, as read by the projection of a place."""


@dataclass(frozen=True)
class Pending:
    """A pending event, when it was stored, and the document that contains it."""

    event: Envelope
    at: datetime
    collection: "Collection[Any]"  # Any: documents of every kind carry events
    document_id: object


@dataclass(frozen=True)
class PendingPlace:
    """Documents of one collection in which events wait, found by a sparse index: those with the oldest events first.

    `events` reads those of a document, each with the time at which it was stored.
    """

    collection: "Collection[Any]"  # Any: documents of every kind carry events
    index: str
    projection: Mapping[str, int]
    events: Callable[[Document], Iterator[tuple[Envelope, datetime]]]

    def read(self, *, limit: int = 0) -> Iterator[list[Pending]]:
        """Read the events of each document, of `limit` documents at most. Raises PyMongoError."""
        # There is no condition on the time, as the index of an array can sort only a query without one.
        waiting = self.collection.find({self.index: {"$exists": True}}, projection=self.projection)
        for document in waiting.sort(self.index, ASCENDING).limit(limit):
            yield [Pending(event, at, self.collection, document["_id"]) for event, at in self.events(document)]

    def oldest(self) -> datetime | None:
        """Return when the oldest event was stored, or None where there is none. Raises PyMongoError."""
        return min((pending.at for document in self.read(limit=1) for pending in document), default=None)


def pending_places(mongo: MongoDatabase) -> list[PendingPlace]:
    """Return all places. An event that waits is in one of them."""
    stored = [
        PendingPlace(collection, "pendingEvents.at", {"pendingEvents": 1}, _stored)
        for collection in mongo.event_carriers
    ]
    tail = dict.fromkeys(
        ("pendingMessages", "movedSeq", "tail._id", "tail.fromUserId", "tail.ts", "tail.traceparent"), 1
    )
    return [PendingPlace(mongo.conversations, "pendingMessages.0", tail, _of_the_tail), *stored]


def _stored(document: Document) -> Iterator[tuple[Envelope, datetime]]:
    for entry in document["pendingEvents"]:
        yield msgspec.convert(entry, Envelope), entry["at"]


def _of_the_tail(conversation: Document) -> Iterator[tuple[Envelope, datetime]]:
    pending = set(conversation["pendingMessages"])
    for message in places(conversation["_id"], conversation["movedSeq"], conversation["tail"]):
        if message["_id"] in pending:
            yield sent_event(message), message["ts"]
