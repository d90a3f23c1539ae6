"""Creates topics and indexes on the servers that the settings name."""

from chalicelib.settings import Settings
from infra.provision.indexes import create_indexes
from infra.provision.topics import create_topics


def provision_servers(settings: Settings, *, replication_factor: int = 1) -> None:
    """Creates what is missing. Raises PyMongoError or KafkaError if a server refuses or is unreachable."""
    create_indexes(settings.mongodb_uri)
    # only librdkafka's in-process broker needs the version, and it creates topics at their first use
    if settings.kafka.api_version is None:
        create_topics(settings.kafka, replication_factor=replication_factor)
