"""Records who was active on which day: each user once a day, in the transaction of the ledger."""

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
"""Longer than any event of the day can be delivered again: the ledger remembers a replayed one for 38 days."""

MAX_REMEMBERED = 100_000
"""Each entry has 35 characters, so all of them take about 10 MB."""


class ActiveUsers:
    """The collection `active_users` in MongoDB, whose ids are `<date>:<userId>`.

    The process remembers whom it has recorded, so that an active user is looked up once a day and not for each event.
    """

    def __init__(self, mongo: MongoDatabase, clock: Clock, max_remembered: int = MAX_REMEMBERED) -> None:
        self._mongo = mongo
        self._clock = clock
        self._max_remembered = max_remembered
        self._remembered: set[str] = set()

    def add(self, events: Sequence[Envelope], transaction: ClientSession) -> Counter[str]:
        """Record in a transaction those who are not recorded yet. Returns {date: how many were added}.

        This may run again when the transaction does. Raises PyMongoError, also where another consumer records one of
        these users at the same time: one of the two transactions then has to be repeated.
        """
        not_remembered = _active(events) - self._remembered
        if not not_remembered:
            return Counter()
        recorded = self._mongo.active_users.find(
            {"_id": {"$in": list(not_remembered)}}, projection={"_id": 1}, session=transaction
        )
        new = sorted(not_remembered - {document["_id"] for document in recorded})
        if new:
            expires_at = self._clock() + KEPT
            documents = [ActiveUserDocument(_id=date_and_user, expiresAt=expires_at) for date_and_user in new]
            self._mongo.active_users.insert_many(documents, session=transaction)
        return Counter(date_and_user.partition(":")[0] for date_and_user in new)

    def remember(self, events: Sequence[Envelope]) -> None:
        """Do not look up the users of these events again. Call this only once the transaction of `add` is committed."""
        active = _active(events)
        if len(self._remembered) + len(active) > self._max_remembered:
            self._remembered.clear()
        self._remembered |= active


def _active(events: Sequence[Envelope]) -> set[str]:
    """Return `<date>:<userId>` for each user who was active."""
    return {f"{event.timestamp[:10]}:{event.userId}" for event in events if EVENT_TYPES[event.eventType].is_activity}
