"""Which Kafka the tests run on, and how their own clients reach it: as the system does."""

import os
from collections.abc import Mapping

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.settings.kafka import KafkaSettings, read_kafka
from chalicelib.settings.values import Variables
from infra.local.servers.plan import has_apache_kafka

KAFKA_IS_REAL = bool(os.environ.get("KAFKA_BOOTSTRAP_SERVERS")) or has_apache_kafka()
"""False where librdkafka's in-process broker stands in for Apache Kafka."""


def kafka_settings(environment: Mapping[str, str]) -> KafkaSettings:
    """The settings of an environment that may have the variables of Kafka alone."""
    return read_kafka(Variables(environment))


def kafka_arguments(environment: Mapping[str, str]) -> dict[str, object]:
    """The arguments of a client of kafka-python."""
    return kafka_options(kafka_settings(environment))
