"""Servers set up as on AWS, started for these tests. They need Java, Maven and openssl."""

from collections.abc import Iterator

import pytest

from infra.local.ports import free_port
from infra.local.servers.certificates import make_certificates
from infra.local.servers.kafka import Sasl, kafka
from infra.local.servers.mongodb import mongodb
from infra.local.servers.plan import has_apache_kafka
from infra.local.servers.redis import redis
from tests.seams.encrypted_servers import EncryptedServers
from tests.support.controlled import controlled


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncryptedServers]:
    if not has_apache_kafka():
        pytest.skip("needs Apache Kafka: install Java 17 and Maven")
    directory = tmp_path_factory.mktemp("encrypted")
    certificates = make_certificates(directory / "certificates")
    sasl = Sasl(certificates, "devconnect", "a-password-of-tests")
    for name in ("redis", "mongodb"):
        (directory / name).mkdir()
    children = [
        redis(directory / "redis", free_port(), certificates),
        mongodb(directory / "mongodb", free_port(), certificates),
        kafka(directory / "kafka", free_port(), free_port(), sasl),
    ]
    with controlled(children, directory) as running:
        environment = {
            "REDIS_URL": running[0].child.address,
            "MONGODB_URI": running[1].child.address,
            "KAFKA_BOOTSTRAP_SERVERS": running[2].child.address,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SSL_CAFILE": str(certificates.authority),
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_SASL_USERNAME": sasl.username,
            "KAFKA_SASL_PASSWORD": sasl.password,
        }
        yield EncryptedServers(environment, certificates, running[2])
