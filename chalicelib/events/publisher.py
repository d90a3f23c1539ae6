"""Publishes events. What is stored already stays pending where Kafka does not acknowledge in time."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pymongo.errors import PyMongoError

from chalicelib.clients.kafka.producer import Producer, RecordFuture, require_acknowledged
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import Envelope, encode
from chalicelib.events.outbox import Written
from chalicelib.models.event_types import EVENT_TYPES

log = logging.getLogger(__name__)


class Publication:
    """An event on its way to Kafka, while the request does its other work."""

    def __init__(self, written: Written, delivery: RecordFuture | None, mongo: MongoDatabase) -> None:
        self._written = written
        self._delivery = delivery
        self._mongo = mongo

    def finish(self) -> None:
        """Wait for the acknowledgement, ACKNOWLEDGE_SECONDS from the start at most. Never raises.

        It must be called before the handler returns: afterwards the function is frozen, and the record with it.
        """
        if self._delivery is None or not self._delivery.acknowledged():
            return
        try:
            with self._mongo.guard():
                self._written.confirm(self._mongo)
        except (Unavailable, PyMongoError) as error:
            log.warning("A published event stays pending: %s", error, extra={"action": "confirm_failed"})


class Publisher:
    def __init__(self, producer: Producer, mongo: MongoDatabase) -> None:
        self._producer = producer
        self._mongo = mongo

    def start(self, written: Written) -> Publication:
        """Begin to publish. Never raises; whoever starts a publication finishes it."""
        return Publication(written, self._send(written.event), self._mongo)

    @contextmanager
    def publishing(self, written: Written | None) -> Iterator[None]:
        """Publish beside the other work of a request: begun on entering, waited for on leaving. Never raises itself."""
        publication = self.start(written) if written is not None else None
        try:
            yield
        finally:
            if publication is not None:
                publication.finish()

    def publish_all(self, events: Sequence[Envelope]) -> None:
        """Publish events that are stored nowhere yet, for who can make them again.

        Raises KafkaUnavailable unless every one of them was acknowledged.
        """
        # All are sent before the first is waited for.
        require_acknowledged([self._send(event) for event in events])

    def publish(self, written: Written) -> None:
        """Publish and wait, ACKNOWLEDGE_SECONDS at most. Never raises."""
        self.start(written).finish()

    def publish_each(self, written: Sequence[Written]) -> None:
        """Publish many, all begun before the first is waited for. Never raises."""
        for publication in [self.start(one) for one in written]:
            publication.finish()

    def announce(self, event: Envelope) -> None:
        """Publish an event that is stored nowhere and may be lost: once, waiting ACKNOWLEDGE_SECONDS at most.

        Never raises, and returns only when nothing more is waited for, as the function is frozen afterwards.
        """
        delivery = self._send(event)
        if delivery is not None:
            delivery.acknowledged()

    def _send(self, event: Envelope) -> RecordFuture | None:
        return self._producer.send(EVENT_TYPES[event.eventType].topic, event.userId.encode(), encode(event))
