"""MESSAGE_SENT, which is made from its message whenever it is needed, so a conversation does not store it.

A conversation lists in `pendingMessages` the messages of its tail whose event Kafka may not have. A message that leaves
the tail takes its pending event along, into its own `pendingEvents`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bson import ObjectId
from msgspec import UNSET
from pymongo import UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import iso, milliseconds
from chalicelib.events.envelope import VERSION, Envelope
from chalicelib.events.outbox import without
from chalicelib.models.documents import MessagePlace


def sent_event(message: MessagePlace) -> Envelope:
    """Return the MESSAGE_SENT of a message: the same one each time, with the same eventId."""
    return Envelope(
        eventId=str(_event_id(message)),
        eventType="MESSAGE_SENT",
        userId=message["fromUserId"],
        timestamp=iso(message["ts"]),
        version=VERSION,
        data={
            "messageId": str(message["_id"]),
            "conversationId": message["conversationId"],
            "seq": message["seq"],
            "toUserId": message["toUserId"],
        },
        traceparent=message.get("traceparent", UNSET),
    )


def _event_id(message: MessagePlace) -> UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7) of the message's time and of what makes its id unique.

    An ObjectId is four bytes of time, and eight that are random and counted: they become the last 62 bits of the UUID
    and the last two of the twelve that precede its variant.
    """
    unique = int.from_bytes(message["_id"].binary[4:])
    high, low = divmod(unique, 1 << 62)
    return UUID(int=milliseconds(message["ts"]) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


@dataclass(frozen=True)
class MessageEvents:
    mongo: MongoDatabase

    def confirm(self, events: Sequence[Envelope]) -> None:
        """Note that Kafka has these MESSAGE_SENT: they are pending no longer. One write for each conversation.

        It is not waited for: an event whose confirmation is lost, or overtaken by a move of its message, is published
        again by the relay. Raises Unavailable.
        """
        by_conversation: dict[str, list[Envelope]] = {}
        for event in events:
            by_conversation.setdefault(str(event.data["conversationId"]), []).append(event)
        message_ids = [ObjectId(str(event.data["messageId"])) for event in events]
        event_ids = [event.eventId for event in events]
        with self.mongo.guard():
            self.mongo.unacknowledged(self.mongo.conversations).bulk_write(
                [UpdateOne({"_id": conversation}, without(sent)) for conversation, sent in by_conversation.items()],
                ordered=False,
            )
            self.mongo.unacknowledged(self.mongo.messages).update_many(
                {"_id": {"$in": message_ids}, "pendingEvents.eventId": {"$in": event_ids}}, without(events)
            )
