"""Who was active on which day: each user once a day, counted in the ledger's transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from pymongo.client_session import ClientSession

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import ActiveUserDocument
from chalicelib.models.event_types import EVENT_TYPES

KEPT = timedelta(days=40)
"""Longer than any event of the day can come again: the ledger knows a replayed one for 38 days."""

MAX_REMEMBERED = 100_000
"""Of 35 characters each: some 10 MB."""


class ActiveUsers:
    """`active_users` in MongoDB: `<date>:<userId>`.

    The process remembers whom it has recorded: so an active user is looked up once a day, not with each event.
    """

    def __init__(self, mongo: MongoDatabase, clock: Clock, max_remembered: int = MAX_REMEMBERED) -> None:
        self._mongo = mongo
        self._clock = clock
        self._max_remembered = max_remembered
        self._remembered: set[str] = set()

    def add(self, events: Sequence[Envelope], transaction: ClientSession) -> Counter[str]:
        """Record in a transaction who is not recorded yet; returns {date: how many they are}.

        It may be run again with the transaction. Raises PyMongoError: where another consumer records one of them at
        the same time, one of the two transactions is to be repeated.
        """
        unsure = _active(events) - self._remembered
        if not unsure:
            return Counter()
        found = self._mongo.active_users.find(
            {"_id": {"$in": list(unsure)}}, projection={"_id": 1}, session=transaction
        )
        new = sorted(unsure - {document["_id"] for document in found})
        if new:
            expires_at = self._clock() + KEPT
            documents = [ActiveUserDocument(_id=date_and_user, expiresAt=expires_at) for date_and_user in new]
            self._mongo.active_users.insert_many(documents, session=transaction)
        return Counter(date_and_user.partition(":")[0] for date_and_user in new)

    def remember(self, events: Sequence[Envelope]) -> None:
        """Look the users of these events up no more. To be called once `add`'s transaction is committed, not before."""
        active = _active(events)
        if len(self._remembered) + len(active) > self._max_remembered:
            self._remembered.clear()
        self._remembered |= active


def _active(events: Sequence[Envelope]) -> set[str]:
    return {f"{event.timestamp[:10]}:{event.userId}" for event in events if EVENT_TYPES[event.eventType].is_activity}
