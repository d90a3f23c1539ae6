"""Apache Kafka in KRaft mode: a single node or a cluster, in which each node is both broker and controller."""

import base64
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import LocalError
from infra.local.files import write_atomically
from infra.local.ports import free_port
from infra.local.process import Child
from infra.local.servers.certificates import Certificates
from infra.local.servers.kafka_archive import archive_options
from infra.local.servers.kafka_jars import KAFKA_JARS, kafka_jars

_MECHANISM = "SCRAM-SHA-512"
_JVM = ("-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=INFO")


@dataclass(frozen=True)
class Listeners:
    """The loopback ports of a node: one for clients and other brokers, one for the controllers."""

    port: int
    controller_port: int


@dataclass(frozen=True)
class Sasl:
    """Clients use TLS and SCRAM-SHA-512, as on MSK; only the controllers' listener is without both."""

    certificates: Certificates
    username: str
    password: str


def kafka(data: Path, port: int, controller_port: int, sasl: Sasl | None = None) -> Child:
    """Returns a Kafka broker on `port`. Its storage is formatted here at the first start, which takes a second.

    Raises LocalError if the jars cannot be fetched or the storage cannot be formatted.
    """
    return _node("kafka", data, 1, [Listeners(port, controller_port)], sasl=sasl, java=kafka_java())


def kafka_cluster(data: Path, nodes: Sequence[Listeners]) -> list[Child]:
    """Returns three brokers: a record that was acknowledged with acks=all survives the loss of any one of them.

    They become ready together, as a controller quorum needs two. Raises LocalError as `kafka` does.
    """
    java = kafka_java()
    return [_node(f"kafka-{node_id}", data, node_id, nodes, java=java) for node_id in range(1, len(nodes) + 1)]


def kafka_java() -> list[str]:
    """Returns the command line of a JVM that runs Kafka, up to the name of its main class."""

    def make_broker(data: Path, options: Sequence[str]) -> Child:
        return _node("kafka", data, 1, [Listeners(free_port(), free_port())], java=_java(options))

    return _java(archive_options(kafka_jars(), make_broker))


def _java(options: Sequence[str]) -> list[str]:
    return ["java", *_JVM, *options, "-cp", f"{KAFKA_JARS}/*"]


def _node(
    name: str,
    data: Path,
    node_id: int,
    nodes: Sequence[Listeners],
    *,
    java: list[str],
    sasl: Sasl | None = None,
) -> Child:
    cluster_id = _cluster_id(data)
    data = data if len(nodes) == 1 else data / str(node_id)
    configuration = data / "server.properties"
    storage = data / "storage"
    properties = _properties(storage, node_id, nodes) | ({} if sasl is None else _sasl_properties(sasl))
    write_atomically(configuration, "".join(f"{name}={value}\n" for name, value in properties.items()))
    if not _is_formatted(storage):
        _format(java, configuration, cluster_id, sasl)
    return Child(
        name=name,
        argv=[*java, "kafka.Kafka", str(configuration)],
        address=f"127.0.0.1:{nodes[node_id - 1].port}",
        # printed once the broker is registered and its partitions have a leader; the port opens before that
        ready=lambda output: "Kafka Server started" in output,
        start_timeout=60,
        stop_timeout=8,
    )


def _is_formatted(storage: Path) -> bool:
    """Returns whether there is a meta.properties, removing one that a crash of the machine has damaged."""
    meta = storage / "meta.properties"
    if not meta.exists():
        return False
    if b"cluster.id=" in meta.read_bytes():
        return True
    meta.unlink()
    return False


def _properties(storage: Path, node_id: int, nodes: Sequence[Listeners]) -> dict[str, object]:
    own = nodes[node_id - 1]
    voters = (f"{number}@127.0.0.1:{node.controller_port}" for number, node in enumerate(nodes, start=1))
    replicas = len(nodes)
    in_sync = max(1, replicas - 1)  # acks=all then works after the death of one broker
    return {
        "process.roles": "broker,controller",
        "node.id": node_id,
        "controller.quorum.voters": ",".join(voters),
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "CLIENTS",
        "listener.security.protocol.map": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "listeners": f"CLIENTS://127.0.0.1:{own.port},CONTROLLER://127.0.0.1:{own.controller_port}",
        "log.dirs": storage,
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        # a killed broker can register again only once its old session has expired: 3 s instead of 9
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 1000,
        "metadata.max.idle.interval.ms": 0,  # no records that say nothing, twice a second
        "min.insync.replicas": in_sync,
        # Kafka's internal topics, whose defaults are for three brokers
        "offsets.topic.num.partitions": 1,  # the default is 50, most of the time of the first member that joins a group
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


def _sasl_properties(sasl: Sasl) -> dict[str, object]:
    """Returns the properties for a single node, which logs in to itself as its clients do."""
    login = "org.apache.kafka.common.security.scram.ScramLoginModule required"
    return {
        "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT",
        "sasl.enabled.mechanisms": _MECHANISM,
        "sasl.mechanism.inter.broker.protocol": _MECHANISM,
        f"listener.name.clients.{_MECHANISM.lower()}.sasl.jaas.config": (
            f'{login} username="{sasl.username}" password="{sasl.password}";'
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": sasl.certificates.both,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": sasl.certificates.authority,
    }


def _cluster_id(data: Path) -> str:
    """Returns an id derived from the data directory: equal for all nodes, and when formatting is resumed."""
    return base64.urlsafe_b64encode(uuid.uuid5(uuid.NAMESPACE_URL, data.as_uri()).bytes).decode().rstrip("=")


def _format(java: list[str], configuration: Path, cluster_id: str, sasl: Sasl | None) -> None:
    """Formats the storage with its cluster id. An interrupted run is resumed, as meta.properties is written last."""
    # "=" joins option and value, as one id in 64 begins with a hyphen
    arguments = ["--ignore-formatted", f"--cluster-id={cluster_id}", f"--config={configuration}"]
    if sasl is not None:
        arguments += ["--add-scram", f"{_MECHANISM}=[name={sasl.username},password={sasl.password}]"]
    command = [*java, "kafka.tools.StorageTool", "format", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise LocalError(f"Kafka's storage could not be formatted:\n{result.stdout}{result.stderr}")
