"""Topics and indexes on the servers that an environment names."""

from collections.abc import Mapping

from infra.provision.indexes import create_indexes
from infra.provision.topics import create_topics


def provision_servers(environment: Mapping[str, str], *, replication_factor: int = 1) -> None:
    """Makes what is missing. Raises PyMongoError or KafkaError where a server refuses or is not there."""
    create_indexes(environment["MONGODB_URI"])
    # only librdkafka's in-process broker needs the version, and it makes topics at their first use
    if "KAFKA_API_VERSION" not in environment:
        create_topics(environment["KAFKA_BOOTSTRAP_SERVERS"], replication_factor=replication_factor)
