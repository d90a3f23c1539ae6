"""The Kafka topics; creating them is idempotent."""

from kafka.admin import KafkaAdminClient, NewTopic

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.events.topics import TOPICS, Topic
from chalicelib.settings.kafka import KafkaSettings


def create_topics(settings: KafkaSettings, *, replication_factor: int = 1, partitions: int | None = None) -> list[str]:
    """Creates the missing topics, and returns their names; existing topics stay as they are.

    `partitions` overrides the number of partitions of every topic. Raises KafkaError if the cluster refuses or is
    unreachable.
    """
    admin = KafkaAdminClient(**kafka_options(settings))
    try:
        existing = set(admin.list_topics())
        missing = [
            NewTopic(
                topic.name,
                num_partitions=partitions or topic.partitions,
                replication_factor=replication_factor,
                topic_configs=_configs(topic),
            )
            for topic in TOPICS
            if topic.name not in existing
        ]
        if missing:
            admin.create_topics(missing)
    finally:
        admin.close()
    return [topic.name for topic in missing]


def _configs(topic: Topic) -> dict[str, str]:
    configs = {"retention.ms": str(int(topic.retention.total_seconds() * 1000))}
    if topic.max_message_bytes is not None:
        configs["max.message.bytes"] = str(topic.max_message_bytes)
    return configs
