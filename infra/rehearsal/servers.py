"""Redis, MongoDB and Kafka on this machine in place of the stage's, with the same encryption.

Kafka has the stage's user with a password (SCRAM), Redis the stage's user with the ACL rules of the template.
"""

import secrets
import string
from dataclasses import dataclass
from pathlib import Path

from infra.local.ports import free_port
from infra.local.process import Child
from infra.local.servers.certificates import make_certificates
from infra.local.servers.kafka import Sasl, kafka
from infra.local.servers.mongodb import mongodb
from infra.local.servers.redis import redis
from infra.local.state import StateDirectory

_KAFKA_USER = "devconnect"
_WORDS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Servers:
    """`environment` has the addresses and credentials for their clients, with all permissions."""

    children: list[Child]
    authority: Path
    environment: dict[str, str]

    def variables(self) -> dict[str, str]:
        """Returns the variables that functions and consumer need besides those of the templates."""
        return {
            # Every machine trusts MSK's certificates, none trusts these.
            "KAFKA_SSL_CAFILE": str(self.authority),
            # As in `make test`, as the tests would mostly wait for bcrypt otherwise, and send many messages.
            "BCRYPT_ROUNDS": "4",
            "RATE_LIMIT_UNANSWERED_MESSAGE": "1000000/60",
            "RATE_LIMIT_NEW_CONVERSATION": "1000000/60",
        }


def plan_encrypted(state: StateDirectory) -> Servers:
    """Returns the servers to start. Raises LocalError if a program is not available: Java, Maven, openssl."""
    certificates = make_certificates(state.data("certificates"))
    password = password_of(64)
    children = [
        redis(state.data("redis"), free_port(), certificates),
        mongodb(state.data("mongodb"), free_port(), certificates),
        kafka(state.data("kafka"), free_port(), free_port(), Sasl(certificates, _KAFKA_USER, password)),
    ]
    addresses = {child.name: child.address for child in children}
    environment = {
        "REDIS_URL": addresses["redis"],
        "MONGODB_URI": addresses["mongodb"],
        "KAFKA_BOOTSTRAP_SERVERS": addresses["kafka"],
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SSL_CAFILE": str(certificates.authority),
        "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "KAFKA_SASL_USERNAME": _KAFKA_USER,
        "KAFKA_SASL_PASSWORD": password,
    }
    return Servers(children, certificates.authority, environment)


def password_of(length: int) -> str:
    """Returns a password as Secrets Manager generates it with ExcludePunctuation."""
    return "".join(secrets.choice(_WORDS) for _ in range(length))
