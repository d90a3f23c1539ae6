"""The events of messages, which are pending in the conversation, or in the message once it was moved."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from bson import ObjectId
from pymongo import UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.events.envelope import Envelope
from chalicelib.events.outbox import without
from chalicelib.models.event_types import MessageSent


@dataclass(frozen=True)
class MessageEvents:
    mongo: MongoDatabase

    def confirm(self, events: Sequence[Envelope]) -> None:
        """Note that Kafka has these MESSAGE_SENT: they are pending no longer. One write for each conversation.

        It is not waited for: an event whose confirmation is lost, or overtaken by a move of its message, is published
        again by the relay. Raises Unavailable.
        """
        by_conversation: dict[str, list[str]] = {}
        message_ids: list[ObjectId] = []
        for event in events:
            sent = msgspec.convert(event.data, MessageSent)
            by_conversation.setdefault(sent.conversationId, []).append(event.eventId)
            message_ids.append(ObjectId(sent.messageId))
        event_ids = [event.eventId for event in events]
        with self.mongo.guard():
            self.mongo.unacknowledged(self.mongo.conversations).bulk_write(
                [UpdateOne({"_id": conversation}, without(ids)) for conversation, ids in by_conversation.items()],
                ordered=False,
            )
            self.mongo.unacknowledged(self.mongo.messages).update_many(
                {"_id": {"$in": message_ids}, "pendingEvents.eventId": {"$in": event_ids}}, without(event_ids)
            )
