"""Publishes events that are stored already, and leaves them pending where Kafka does not acknowledge in time."""

import logging
from collections.abc import Sequence

from pymongo.errors import PyMongoError

from chalicelib.clients.kafka_client import Delivery, Producer
from chalicelib.clients.mongo_client import MongoStore
from chalicelib.errors import KafkaUnavailable
from chalicelib.events.envelope import Envelope, encode
from chalicelib.events.outbox import Written
from chalicelib.events.topics import TOPIC_OF

log = logging.getLogger(__name__)


class Publication:
    """An event on its way to Kafka, while the request does its other work."""

    def __init__(self, written: Written, delivery: Delivery | None, store: MongoStore) -> None:
        self._written = written
        self._delivery = delivery
        self._store = store

    def finish(self) -> None:
        """Wait for the acknowledgement, ACKNOWLEDGE_SECONDS from the start at most. Never raises.

        It must be called before the handler returns: afterwards the function is frozen, and the record with it.
        """
        if self._delivery is None or not self._delivery.acknowledged():
            return
        try:
            self._written.confirm(self._store)
        except PyMongoError as error:
            log.warning("A published event stays pending: %s", error, extra={"action": "confirm_failed"})


class Publisher:
    def __init__(self, producer: Producer, store: MongoStore) -> None:
        self._producer = producer
        self._store = store

    def start(self, written: Written) -> Publication:
        """Begin to publish. Never raises; whoever starts a publication finishes it."""
        event = written.event
        delivery = self._producer.send(TOPIC_OF[event.eventType], event.userId.encode(), encode(event))
        return Publication(written, delivery, self._store)

    def publish_all(self, events: Sequence[Envelope]) -> None:
        """Publish events that are stored nowhere yet, for who can make them again.

        Raises KafkaUnavailable unless every one of them was acknowledged.
        """
        deliveries = [
            self._producer.send(TOPIC_OF[event.eventType], event.userId.encode(), encode(event)) for event in events
        ]
        # All are waited for, also after one has failed: none is left on its way.
        acknowledged = [delivery is not None and delivery.acknowledged() for delivery in deliveries]
        if not all(acknowledged):
            raise KafkaUnavailable

    def publish(self, written: Written) -> None:
        """Publish and wait, ACKNOWLEDGE_SECONDS at most. Never raises."""
        self.start(written).finish()
