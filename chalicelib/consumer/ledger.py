"""What was processed: the durable record that makes each event count once, with the daily counts it stands for."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import ProcessedEventDocument

KEPT = timedelta(days=8)
"""A day longer than Kafka keeps an event, so that whatever can come again is still known."""


class Ledger:
    def __init__(self, store: MongoStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def known(self, event_ids: Collection[str]) -> set[str]:
        """Those that were processed before. Raises Unavailable."""
        with self._store.guard():
            found = self._store.processed_events.find({"_id": {"$in": list(event_ids)}}, projection={"_id": 1})
            return {document["_id"] for document in found}

    def record(self, events: Sequence[Envelope]) -> None:
        """Note new events and add them to the counts of their days, both or neither.

        Raises Unavailable, also where another consumer recorded one of them meanwhile: the batch is then read anew.
        """
        try:
            with self._store.guard(), self._store.client.start_session() as session:
                session.with_transaction(lambda transaction: self._write(events, transaction))
        except DuplicateKeyError as error:
            raise Unavailable("Another consumer was faster.") from error

    def _write(self, events: Sequence[Envelope], transaction: ClientSession) -> None:
        expires_at = self._clock() + KEPT
        self._store.processed_events.insert_many(
            [ProcessedEventDocument(_id=event.eventId, expiresAt=expires_at) for event in events],
            session=transaction,
        )
        counts = Counter((event.timestamp[:10], event.eventType) for event in events)
        updates: list[UpdateOne] = [
            UpdateOne({"_id": day}, {"$inc": {f"counts.{event_type}": count}}, upsert=True)
            for (day, event_type), count in sorted(counts.items())
        ]
        self._store.analytics_daily.bulk_write(updates, session=transaction)
