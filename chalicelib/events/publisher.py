"""Publishes events. A stored event stays pending where Kafka does not acknowledge it in time."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import UNSET
from pymongo.errors import PyMongoError

from chalicelib.clients.kafka.producer import Producer, RecordFuture, require_acknowledged
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import Envelope, encode
from chalicelib.events.outbox import Written, confirm
from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.tracing import TRACEPARENT

log = logging.getLogger(__name__)


class Publisher:
    def __init__(self, producer: Producer, mongo: MongoDatabase) -> None:
        self._producer = producer
        self._mongo = mongo

    def connect_soon(self) -> None:
        """Begin to connect to Kafka in the background, if this process has not, for a write that will be published."""
        self._producer.connect_soon()

    @contextmanager
    def publishing(self, *written: Written | None) -> Iterator[None]:
        """Publish while the block does other work: begin on entering it, and wait on leaving it.

        It waits for ACKNOWLEDGE_SECONDS from the beginning at most, as the function is frozen once its handler has
        returned, and the records with it. Never raises an error of its own.
        """
        stored = [each for each in written if each is not None]
        sent = self._send([each.event for each in stored])
        try:
            yield
        finally:
            self.confirm([each for each, record in zip(stored, sent, strict=True) if record and record.acknowledged()])

    @contextmanager
    def sending(self, events: Sequence[Envelope]) -> Iterator[None]:
        """Publish as `publishing` does, events that are not confirmed by whoever publishes them.

        Either the consumer confirms them, or they are stored nowhere and may be lost.
        """
        sent = self._send(events)
        try:
            yield
        finally:
            for record in sent:
                if record is not None:
                    record.acknowledged()

    def publish(self, *written: Written) -> None:
        """Publish, and wait for at most ACKNOWLEDGE_SECONDS. Never raises."""
        with self.publishing(*written):
            pass

    def publish_all(self, events: Sequence[Envelope]) -> None:
        """Publish events that are stored nowhere yet, for a caller that can create them again.

        Raises KafkaUnavailable unless every one of them is acknowledged.
        """
        require_acknowledged(self._send(events))

    def announce(self, event: Envelope) -> None:
        """Publish an event that is stored nowhere and may be lost, as `sending` does. Never raises."""
        with self.sending([event]):
            pass

    def _send(self, events: Iterable[Envelope]) -> Sequence[RecordFuture | None]:
        """Begin to send events. Those of one user keep their order, within a topic."""
        return self._producer.send_all([_record(event) for event in events])

    def confirm(self, published: Sequence[Written]) -> None:
        """Note that Kafka has acknowledged these events: they are pending no longer. Never raises."""
        if not published:
            return
        try:
            with self._mongo.guard():
                confirm(self._mongo, published)
        except (Unavailable, PyMongoError) as error:
            log.warning("Published events stay pending: %s", error, extra={"action": "confirm_failed"})


def _record(event: Envelope) -> OutgoingRecord:
    """The record of an event. Its trace is in the header as well, where tools for traces look for it."""
    headers = () if event.traceparent is UNSET else ((TRACEPARENT, event.traceparent.encode()),)
    return OutgoingRecord(EVENT_TYPES[event.eventType].topic, event.userId.encode(), encode(event), headers)
