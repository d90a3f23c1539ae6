"""Publishes events. A stored event stays pending where Kafka does not acknowledge it in time."""

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
    """An event that is on its way to Kafka while the request does its other work."""

    def __init__(self, written: Written, delivery: RecordFuture | None, mongo: MongoDatabase) -> None:
        self._written = written
        self._delivery = delivery
        self._mongo = mongo

    def finish(self) -> None:
        """Wait for the acknowledgement, for at most ACKNOWLEDGE_SECONDS from the start. Never raises.

        This must be called before the handler returns. Afterwards the function is frozen, and the record with it.
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
        """Begin to publish. The caller must finish the publication. Never raises."""
        return Publication(written, self._send(written.event), self._mongo)

    @contextmanager
    def publishing(self, written: Written | None) -> Iterator[None]:
        """Publish while the block does other work: begin on entering it, and wait on leaving it.

        Never raises an error of its own.
        """
        publication = self.start(written) if written is not None else None
        try:
            yield
        finally:
            if publication is not None:
                publication.finish()

    def publish_all(self, events: Sequence[Envelope]) -> None:
        """Publish events that are stored nowhere yet, for a caller that can create them again.

        Raises KafkaUnavailable unless every one of them is acknowledged.
        """
        # All of them are sent before the first acknowledgement is waited for.
        require_acknowledged([self._send(event) for event in events])

    def publish(self, written: Written) -> None:
        """Publish, and wait for at most ACKNOWLEDGE_SECONDS. Never raises."""
        self.start(written).finish()

    def publish_each(self, written: Sequence[Written]) -> None:
        """Publish several events. All are begun before the first acknowledgement is waited for. Never raises."""
        for publication in [self.start(event) for event in written]:
            publication.finish()

    def announce(self, event: Envelope) -> None:
        """Publish an event that is stored nowhere and may be lost. Waits for at most ACKNOWLEDGE_SECONDS.

        It must wait, as the function is frozen once its handler has returned. Never raises.
        """
        delivery = self._send(event)
        if delivery is not None:
            delivery.acknowledged()

    def _send(self, event: Envelope) -> RecordFuture | None:
        return self._producer.send(EVENT_TYPES[event.eventType].topic, event.userId.encode(), encode(event))
