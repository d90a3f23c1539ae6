"""The transactional outbox: an event is written in its cause's own document, in the same write.

So there is no moment at which one is stored and the other is not, and no transaction is needed. Once Kafka has
acknowledged the event, it is pulled from the document; until then a relay finds it by the sparse index on
`pendingEvents.at`.
"""

from dataclasses import dataclass
from typing import Any

from pymongo.collection import Collection

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import PendingEvent


def pending(event: Envelope, clock: Clock) -> PendingEvent:
    """The entry of `pendingEvents` for an event that is about to be published."""
    return PendingEvent(
        eventId=event.eventId,
        eventType=event.eventType,
        userId=event.userId,
        timestamp=event.timestamp,
        version=event.version,
        data=event.data,
        at=clock(),
    )


def superseding(event: Envelope, clock: Clock) -> dict[str, object]:
    """The value of `pendingEvents` in an update pipeline: with this event, in place of the user's one of its type.

    For events of which the newest stands for all: so no document grows while Kafka is down.
    """
    same = {"$and": [{"$eq": ["$$this.eventType", event.eventType]}, {"$eq": ["$$this.userId", event.userId]}]}
    others = {"$filter": {"input": "$pendingEvents", "cond": {"$not": [same]}}}
    return {"$concatArrays": [others, {"$literal": [pending(event, clock)]}]}


@dataclass(frozen=True)
class Written:
    """An event that is stored, and where."""

    event: Envelope
    collection: "Collection[Any]"  # Any: documents of every kind carry events
    document_id: object

    def confirm(self, mongo: MongoDatabase) -> None:
        """Take the event out of its document. Not waited for: a lost clean-up is only a repeated event."""
        mongo.unacknowledged(self.collection).update_one(
            {"_id": self.document_id}, {"$pull": {"pendingEvents": {"eventId": self.event.eventId}}}
        )
