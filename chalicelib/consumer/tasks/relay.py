"""The relay: it publishes the events that are still pending after Kafka, a function or an acknowledgement was lost.

One process at a time runs it. It finds the events where `stores/pending_events.py` says that they wait.
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from pymongo import UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import KafkaUnavailable
from chalicelib.events.outbox import without
from chalicelib.events.publisher import Publisher
from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.stores.pending_events import Pending, pending_places

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=10)
"""A younger event is left to the handler that stored it, which is probably about to publish it."""

BATCH = 500


@dataclass(frozen=True)
class Relay:
    """Publishes the pending events whose `grace` has passed."""

    mongo: MongoDatabase
    publisher: Publisher
    clock: Clock
    grace: timedelta = GRACE

    def run(self) -> int:
        """Publish the oldest pending events, those of a user in order. Returns how many these were.

        It reads at most BATCH documents of each place. An event is published again where its removal from its
        document is lost. Raises KafkaUnavailable, Unavailable.
        """
        published = 0
        try:
            # A round has one event of each user. So where one of them is lost, no later event of its user is ahead.
            for pending in _rounds(self._due()):
                self.publisher.publish_all([waiting.event for waiting in pending])
                self._confirm(pending)
                published += len(pending)
        except KafkaUnavailable:
            if not published:
                raise
        return published

    def oldest(self) -> datetime | None:
        """Return when the oldest pending event was stored, or None where there is none. Raises Unavailable."""
        with self.mongo.guard():
            oldest = [place.oldest() for place in pending_places(self.mongo)]
        return min((at for at in oldest if at is not None), default=None)

    def _due(self) -> list[Pending]:
        """Return the oldest events whose grace has passed, in the order in which they were stored.

        Where a place has more than BATCH documents, a later event of another place could overtake one that
        was not read. So only events up to the last one that was read there are returned.
        """
        until = self.clock() - self.grace
        pending: list[Pending] = []
        with self.mongo.guard():
            for place in pending_places(self.mongo):
                documents = list(place.read(limit=BATCH))
                if len(documents) == BATCH:
                    firsts = [min(waiting.at for waiting in document) for document in documents if document]
                    until = min(until, max(firsts, default=until))
                pending += chain.from_iterable(documents)
        due = [waiting for waiting in pending if waiting.at <= until]
        unknown = {waiting.event.eventType for waiting in due} - EVENT_TYPES.keys()
        if unknown:
            # A newer release has written them, and was rolled back. It publishes them once it is deployed again.
            log.warning(
                "Events of unknown types stay pending: %s", sorted(unknown), extra={"action": "unknown_pending"}
            )
            due = [waiting for waiting in due if waiting.event.eventType not in unknown]
        return sorted(due, key=lambda waiting: (waiting.at, waiting.event.eventId))

    def _confirm(self, published: list[Pending]) -> None:
        by_collection: dict[str, list[Pending]] = {}
        for done in published:
            by_collection.setdefault(done.collection.name, []).append(done)
        with self.mongo.guard():
            for group in by_collection.values():
                group[0].collection.bulk_write(
                    [UpdateOne({"_id": done.document_id}, without([done.event])) for done in group],
                    ordered=False,
                )


def _rounds(pending: list[Pending]) -> list[list[Pending]]:
    """Group events so that the n-th group contains the n-th event of each user."""
    rounds: list[list[Pending]] = []
    events_of_user: Counter[str] = Counter()
    for waiting in pending:
        number = events_of_user[waiting.event.userId]
        events_of_user[waiting.event.userId] += 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(waiting)
    return rounds
