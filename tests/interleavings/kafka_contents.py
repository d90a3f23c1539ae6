"""Whether Kafka's topics hold what it has acknowledged."""

from collections.abc import Collection, Mapping

import msgspec
from kafka import KafkaConsumer, TopicPartition

from chalicelib.events.topics import EVENT_TOPICS
from tests.support.kafka_access import kafka_arguments


class _EventId(msgspec.Struct):
    eventId: str


def missing_from_kafka(environment: Mapping[str, str], event_ids: Collection[str]) -> set[str]:
    """Returns those of these events that are in no topic, which are read from their beginning to their end."""
    missing = set(event_ids)
    decoder = msgspec.json.Decoder(_EventId)
    consumer = KafkaConsumer(**kafka_arguments(environment), auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        partitions = [
            TopicPartition(topic, partition)
            for topic in EVENT_TOPICS
            for partition in consumer.partitions_for_topic(topic) or ()
        ]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(partition) < end for partition, end in ends.items()):
            for records in consumer.poll(timeout_ms=500).values():
                missing.difference_update(decoder.decode(record.value).eventId for record in records)
    finally:
        consumer.close()
    return missing
