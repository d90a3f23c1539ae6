"""Decides which of the three servers are started here, and what their clients need to know."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.local.errors import LocalError
from infra.local.ports import remembered_ports
from infra.local.process import Child
from infra.local.servers.kafka import kafka
from infra.local.servers.kafka_in_process import API_VERSION, kafka_in_process
from infra.local.servers.kafka_jars import KAFKA_JARS
from infra.local.servers.mongodb import mongodb
from infra.local.servers.redis import redis
from infra.local.state import StateDirectory

KAFKA_ACCESS = frozenset(
    {
        "KAFKA_API_VERSION",
        "KAFKA_SECURITY_PROTOCOL",
        "KAFKA_SSL_CAFILE",
        "KAFKA_SASL_MECHANISM",
        "KAFKA_SASL_USERNAME",
        "KAFKA_SASL_PASSWORD",
    }
)


@dataclass(frozen=True)
class Plan:
    """The servers to start, and the environment with the addresses of all three."""

    children: list[Child]
    environment: dict[str, str]


def plan_servers(state: StateDirectory, environ: Mapping[str, str], say: Callable[[str], None]) -> Plan:
    """Plans a server for each of the three variables that `environ` leaves unset, and gets its program.

    Raises LocalError if a program is not available, or if Kafka's access variables are set without its address.
    """
    ports = remembered_ports(state.ports, ["redis", "mongodb", "kafka", "kafka-controller"])
    has_kafka = has_apache_kafka()
    servers: dict[str, Callable[[], Child]] = {
        "REDIS_URL": lambda: redis(state.data("redis"), ports["redis"]),
        "MONGODB_URI": lambda: mongodb(state.data("mongodb"), ports["mongodb"]),
        "KAFKA_BOOTSTRAP_SERVERS": lambda: (
            kafka(state.data("kafka"), ports["kafka"], ports["kafka-controller"])
            if has_kafka
            else kafka_in_process(ports["kafka"])
        ),
    }
    plan = Plan([], {})
    for variable, server in servers.items():
        if environ.get(variable):
            say(f"{variable} is set: that server is used as it is.")
            plan.environment[variable] = environ[variable]
        else:
            child = server()
            plan.children.append(child)
            plan.environment[variable] = child.address
    # the access variables belong to the Kafka that the user named: one started here needs no credentials
    access = {name: value for name, value in environ.items() if name in KAFKA_ACCESS and value}
    if environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        plan.environment.update(access)
    elif access.keys() - {"KAFKA_API_VERSION"}:
        raise LocalError(f"{', '.join(sorted(access))}: set KAFKA_BOOTSTRAP_SERVERS too, or none of them.")
    elif not has_kafka:
        say(
            "There is no Java or no Maven on the PATH, so librdkafka's in-process broker stands in for Kafka and "
            "forgets everything when it stops. For Apache Kafka: apt install openjdk-17-jre-headless maven"
        )
        plan.environment["KAFKA_API_VERSION"] = API_VERSION
    return plan


def has_apache_kafka() -> bool:
    """Returns whether Apache Kafka can run here. Maven is needed only until the jars are fetched."""
    return shutil.which("java") is not None and (KAFKA_JARS.exists() or shutil.which("mvn") is not None)
