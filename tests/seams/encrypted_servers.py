"""Servers that accept encrypted connections alone, as on AWS."""

from dataclasses import dataclass

from infra.local.servers.certificates import Certificates
from tests.support.controlled import Controlled


@dataclass(frozen=True)
class EncryptedServers:
    """Redis and MongoDB with TLS, Kafka with SASL_SSL. `environment` has the variables that lead to them."""

    environment: dict[str, str]
    certificates: Certificates
    kafka: Controlled
