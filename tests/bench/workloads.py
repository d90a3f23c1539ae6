"""What the consumer is measured with: records as the app writes them, and as many as one likes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import utc_now
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.documents import MessageDocument

PAIRS = 200
"""Conversations that are under way at the same time."""


@dataclass(frozen=True)
class Workload:
    """`make` stores what the events are about, and yields them; each becomes `derived` more on its way."""

    name: str
    make: Callable[[MongoDatabase, int], Iterator[Envelope]]
    derived: int = 0


def profile_views(_store: MongoDatabase, number: int) -> Iterator[Envelope]:
    """Counted, and nothing else: the loop and the ledger alone."""
    for _ in range(number):
        yield new_event("PROFILE_VIEW", str(ObjectId()), utc_now, viewedUserId=str(ObjectId()))


def logins(_store: MongoDatabase, number: int) -> Iterator[Envelope]:
    """Of as many users: the last times of each are kept."""
    for _ in range(number):
        yield new_event("USER_LOGIN", str(ObjectId()), utc_now, sessionId=str(ObjectId()))


def messages(mongo: MongoDatabase, number: int) -> Iterator[Envelope]:
    """To users who are offline: the conversation is looked after, and each message is analysed and notified."""
    pairs = [(str(ObjectId()), str(ObjectId())) for _ in range(PAIRS)]
    documents: list[MessageDocument] = []
    for place in range(number):
        sender, receiver = pairs[place % PAIRS]
        message_id = ObjectId()
        documents.append(
            MessageDocument(
                _id=message_id,
                conversationId=f"{sender}:{receiver}",
                seq=place // PAIRS + 1,
                fromUserId=sender,
                toUserId=receiver,
                clientMessageId=str(message_id),
                text="hello",
                ts=datetime.now(UTC),
                pendingEvents=[],
            )
        )
    mongo.messages.insert_many(documents)
    for document in documents:
        yield new_event(
            "MESSAGE_SENT",
            document["fromUserId"],
            utc_now,
            messageId=str(document["_id"]),
            conversationId=document["conversationId"],
            seq=document["seq"],
            toUserId=document["toUserId"],
        )


WORKLOADS = (
    Workload("profile views", profile_views),
    Workload("logins", logins),
    Workload("messages to people who are offline", messages, derived=2),
)
