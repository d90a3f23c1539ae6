"""The durable record of the events that were processed, so that each counts once, and the daily analytics of them."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

import pymongo
from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from chalicelib.clients.mongo.database import DUPLICATE_KEY, MongoDatabase
from chalicelib.clock import Clock
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import ProcessedEventDocument

KEPT = timedelta(days=8)
"""A day longer than Kafka keeps an event, so that every event that can be delivered again is still known."""

KEPT_REPLAYED = timedelta(days=38)
"""The same for an event that was replayed from the dead letters, which Kafka keeps for 30 days."""


TRANSACTION_SECONDS = 10.0
"""How long a transaction is tried again. pymongo would do so for two minutes where the primary is lost, or others write
to the same counts; a consumer that does not poll for so long holds up its whole group, and is then removed."""


class Ledger:
    """The collection `processed_events` in MongoDB.

    There is no filter in Redis in front of it: looking up 500 ids there and adding them took 28 ms, and 3 ms here.
    """

    def __init__(self, mongo: MongoDatabase, active_users: ActiveUsers, clock: Clock) -> None:
        self._mongo = mongo
        self._active_users = active_users
        self._clock = clock

    def known(self, event_ids: Collection[str]) -> set[str]:
        """Return those of the ids whose events were processed before. Raises Unavailable."""
        with self._mongo.guard():
            documents = self._mongo.processed_events.find({"_id": {"$in": list(event_ids)}}, projection={"_id": 1})
            return {document["_id"] for document in documents}

    def record(self, events: Sequence[Envelope], *, replayed: Collection[str] = ()) -> bool:
        """Record new events, and add them and their active users to the counts of their days, all or nothing.

        Returns False where another consumer recorded one of them meanwhile: `known` then returns it. Blocks for at
        most TRANSACTION_SECONDS. Raises Unavailable.
        """
        try:
            with (
                self._mongo.guard(),
                pymongo.timeout(TRANSACTION_SECONDS),
                self._mongo.client.start_session() as session,
            ):
                session.with_transaction(lambda transaction: self._write(events, replayed, transaction))
        except DuplicateKeyError:
            return False
        self._active_users.remember(events)
        return True

    def _write(self, events: Sequence[Envelope], replayed: Collection[str], transaction: ClientSession) -> None:
        now = self._clock()
        documents = [
            ProcessedEventDocument(
                _id=event.eventId, expiresAt=now + (KEPT_REPLAYED if event.eventId in replayed else KEPT)
            )
            for event in events
        ]
        try:
            self._mongo.processed_events.insert_many(documents, session=transaction)
            newly_active = self._active_users.add(events, transaction)
        except BulkWriteError as error:
            raise _unwrapped(error) from error
        counts = Counter((event.timestamp[:10], event.eventType) for event in events)
        increments = {(day, f"counts.{event_type}"): count for (day, event_type), count in counts.items()}
        increments |= {(day, "activeUsers"): count for day, count in newly_active.items()}
        self._mongo.analytics_daily.bulk_write(
            [
                UpdateOne({"_id": day}, {"$inc": {field: count}}, upsert=True)
                for (day, field), count in sorted(increments.items())
            ],
            session=transaction,
        )


def _unwrapped(error: BulkWriteError) -> OperationFailure:
    """Return the DuplicateKeyError that insert_one would raise, and that insert_many hides in a BulkWriteError."""
    if any(write_error["code"] == DUPLICATE_KEY for write_error in error.details["writeErrors"]):
        return DuplicateKeyError(str(error), DUPLICATE_KEY, error.details)
    return error
