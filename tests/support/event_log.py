"""The events in Kafka, read without the consumer group."""

import json
from typing import Any

from kafka import KafkaConsumer

from chalicelib.events.topics import EVENT_TOPICS
from tests.support.kafka_access import kafka_arguments
from tests.support.waiting import eventually

Event = dict[str, Any]  # Any: JSON as a consumer sees it


class EventLog:
    """Reads the event topics from their beginning. `of`, `all` and `everything` first read the events added since."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._consumer = KafkaConsumer(
            *EVENT_TOPICS,
            **kafka_arguments(environment),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        self._events: list[tuple[str, bytes, Event]] = []
        self._headers: dict[str, dict[str, bytes]] = {}

    def of(self, user_id: str, event_type: str | None = None) -> list[Event]:
        """The events of a user so far, in the order of their partition."""
        self._read()
        return [
            event
            for _topic, key, event in self._events
            if key == user_id.encode() and event_type in {None, event["eventType"]}
        ]

    def all(self, event_type: str) -> list[Event]:
        """The events of a type so far, of all users."""
        self._read()
        return [event for _topic, _key, event in self._events if event["eventType"] == event_type]

    def everything(self) -> list[tuple[str, Event]]:
        """(Topic, event) of every event up to the current ends of the topics."""
        eventually(self._read_to_end, what="the ends of the topics")
        return [(topic, event) for topic, _key, event in self._events]

    def topic_of(self, event_id: str) -> str:
        return next(topic for topic, _key, event in self._events if event["eventId"] == event_id)

    def headers_of(self, event_id: str) -> dict[str, bytes]:
        """The headers of the record that had the event last."""
        return self._headers[event_id]

    def _read(self) -> None:
        for records in self._consumer.poll(timeout_ms=100).values():
            read = [(record.topic, record.key, json.loads(record.value)) for record in records]
            self._events += read
            for record, (_topic, _key, event) in zip(records, read, strict=True):
                self._headers[event["eventId"]] = dict(record.headers)

    def _read_to_end(self) -> bool:
        self._read()
        ends = self._consumer.end_offsets(self._consumer.assignment())
        return bool(ends) and all(self._consumer.position(partition) >= end for partition, end in ends.items())

    def close(self) -> None:
        self._consumer.close()
