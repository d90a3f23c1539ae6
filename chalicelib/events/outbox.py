"""The transactional outbox: an event is stored in the document that caused it, by the same write.

So at no moment is one of them stored without the other, and no transaction is needed. Once Kafka has acknowledged the
event, it is removed from the document. Until then, the relay finds it by the sparse index on `pendingEvents.at`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from msgspec import UNSET
from pymongo.collection import Collection

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import PendingEvent


def pending(event: Envelope, at: datetime) -> PendingEvent:
    """Return the entry of `pendingEvents` for an event that is stored at this time and about to be published."""
    entry = PendingEvent(
        eventId=event.eventId,
        eventType=event.eventType,
        userId=event.userId,
        timestamp=event.timestamp,
        version=event.version,
        data=event.data,
        at=at,
    )
    if event.traceparent is not UNSET:
        entry["traceparent"] = event.traceparent
    return entry


def superseding(event: Envelope, clock: Clock) -> dict[str, object]:
    """Return the value of `pendingEvents` in an update pipeline: this event replaces the user's one of the same type.

    It is for events of which only the newest matters, so that no document grows while Kafka is down.
    """
    same = {"$and": [{"$eq": ["$$this.eventType", event.eventType]}, {"$eq": ["$$this.userId", event.userId]}]}
    others = {"$filter": {"input": "$pendingEvents", "cond": {"$not": [same]}}}
    return {"$concatArrays": [others, {"$literal": [pending(event, clock())]}]}


def without(events: Sequence[Envelope]) -> dict[str, dict[str, object]]:
    """Return the update that takes these events out of a document.

    A conversation has the MESSAGE_SENT of its tail as the ids of their messages: see stores/message_events.py.
    """
    pulled: dict[str, object] = {"pendingEvents": {"eventId": {"$in": [event.eventId for event in events]}}}
    sent = [ObjectId(str(event.data["messageId"])) for event in events if event.eventType == "MESSAGE_SENT"]
    return {"$pull": pulled | {"pendingMessages": {"$in": sent}} if sent else pulled}


@dataclass(frozen=True)
class Written:
    """An event that is stored, and the document that contains it."""

    event: Envelope
    collection: "Collection[Any]"  # Any: documents of every kind carry events
    document_id: object


def confirm(mongo: MongoDatabase, published: Iterable[Written]) -> None:
    """Remove events from their documents, without waiting: those whose removal is lost are only published again."""
    by_document: dict[tuple[str, object], list[Written]] = {}
    for written in published:
        by_document.setdefault((written.collection.name, written.document_id), []).append(written)
    for group in by_document.values():
        published_events = [written.event for written in group]
        mongo.unacknowledged(group[0].collection).update_one({"_id": group[0].document_id}, without(published_events))
