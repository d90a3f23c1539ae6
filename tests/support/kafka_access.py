"""How the tests' own clients reach Kafka: as the system does."""

from collections.abc import Mapping

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.settings.kafka import KafkaSettings, read_kafka
from chalicelib.settings.values import Variables


def kafka_settings(environment: Mapping[str, str]) -> KafkaSettings:
    """For an environment that has no more than what concerns Kafka."""
    return read_kafka(Variables(environment))


def kafka_arguments(environment: Mapping[str, str]) -> dict[str, object]:
    """What a client of kafka-python is made with."""
    return kafka_options(kafka_settings(environment))
