"""The workloads with which the consumer is measured: any number of records as the app writes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import utc_now
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.documents import MessageDocument

PAIRS = 200
"""How many conversations take turns."""


@dataclass(frozen=True)
class Workload:
    """`make` stores the documents of the events and yields the events. `derived` more follow from each."""

    name: str
    make: Callable[[MongoDatabase, int], Iterator[Envelope]]
    derived: int = 0


def profile_views(_store: MongoDatabase, number: int) -> Iterator[Envelope]:
    """Profile views are only counted: they measure the loop and the ledger alone."""
    for _ in range(number):
        yield new_event("PROFILE_VIEW", str(ObjectId()), utc_now, viewedUserId=str(ObjectId()))


def logins(_store: MongoDatabase, number: int) -> Iterator[Envelope]:
    """Logins of as many users, for each of whom the consumer keeps the last times."""
    for _ in range(number):
        yield new_event("USER_LOGIN", str(ObjectId()), utc_now)


def messages(mongo: MongoDatabase, number: int) -> Iterator[Envelope]:
    """Messages to users who are offline: each message checks its conversation and derives two events."""
    pairs = [(str(ObjectId()), str(ObjectId())) for _ in range(PAIRS)]
    documents: list[MessageDocument] = []
    for index in range(number):
        sender, receiver = pairs[index % PAIRS]
        message_id = ObjectId()
        documents.append(
            MessageDocument(
                _id=message_id,
                conversationId=f"{sender}:{receiver}",
                seq=index // PAIRS + 1,
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
